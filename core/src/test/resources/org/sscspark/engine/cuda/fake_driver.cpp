// The CUDA driver and NVRTC as far as the engine uses them, on the CPU: the compiler is g++ with shim.h,
// machine code is a shared library, memory is this machine's. Fresh memory is NaN, and so are margins before
// and behind it: what is read there spoils a result, what is written there is found when memory is freed.
// As on a GPU, most calls need a context, and little is allowed while a graph is recorded. Compiled with
// FOLDER, where shim.h is and libraries go, and KERNEL_FLAGS, more flags for the kernels' compiler.

#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

namespace {

enum Error { SUCCESS = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, INVALID_CONTEXT = 201, NOT_FOUND = 500, STREAM_CAPTURE = 900, ILLEGAL_ADDRESS = 700 };

// init, load: what cuInit and cuModuleLoadData return; version: the driver's; memory, spare: bytes, and of them
// those that are free at most; backwards: blocks and threads run in the other order; compile: what
// nvrtcCompileProgram returns; oldest: the first of the compute capabilities that it compiles for; fail and a
// function's name: which call of it from then on fails, once.
const std::map<std::string, long long> HEALTHY = {
    {"init", 0},         {"load", 0},         {"version", 13000}, {"nvrtc", 13},    {"devices", 1},
    {"memory", 1LL << 30}, {"spare", 1LL << 30}, {"capability", 90}, {"backwards", 0},
    {"compile", 0},      {"oldest", 80}};
std::map<std::string, long long> settings = HEALTHY;
long long used = 0;
// Queues, page-locked memory, events and graphs.
long long held = 0;
std::map<std::string, long long> launches;
std::map<uint64_t, size_t> allocations;
thread_local bool bound = false;

bool fails(const std::string& function) {
  auto left = settings.find("fail " + function);
  return left != settings.end() && left->second > 0 && --left->second == 0;
}

constexpr size_t MARGIN = 4096;
constexpr unsigned char PAPER = 0xFF;

struct Function {
  int (*launch)(const char*, const int*, const int*, void**, int);
  std::string name;
};

struct Program {
  std::string source, log, image;
};

// A kernel with its arguments, of which each may have 32 bytes; the engine always passes pointers to 32.
struct Launch {
  Function* function;
  int grid[3], block[3];
  char arguments[32][32];

  int run(int backwards) {
    static std::mutex one;
    std::lock_guard<std::mutex> lock(one);
    launches[function->name]++;
    void* pointers[32];
    for (int i = 0; i < 32; i++) {
      pointers[i] = arguments[i];
    }
    return function->launch(function->name.c_str(), grid, block, pointers, backwards);
  }
};

using Graph = std::vector<Launch>;
std::map<void*, Graph> capturing;

using Clock = std::chrono::steady_clock;

}  // namespace

extern "C" {

void fake_heal() { settings = HEALTHY; }
void fake_set(const char* name, long long value) { settings[name] = value; }
long long fake_used() { return used; }
long long fake_held() { return held; }
long long fake_launches(const char* kernel) { return launches[kernel]; }

int cuInit(unsigned) { return int(settings["init"]); }
int cuDriverGetVersion(int* version) { return *version = int(settings["version"]), SUCCESS; }

int cuGetErrorString(int error, const char** text) {
  static std::map<int, const char*> texts = {{INVALID_VALUE, "invalid argument"},
                                             {OUT_OF_MEMORY, "out of memory"},
                                             {100, "no CUDA-capable device is detected"},
                                             {INVALID_CONTEXT, "invalid device context"},
                                             {222, "the provided PTX was compiled with an unsupported toolchain."},
                                             {NOT_FOUND, "named symbol not found"},
                                             {ILLEGAL_ADDRESS, "an illegal memory access was encountered"},
                                             {803, "system has unsupported display driver / cuda driver combination"}};
  auto found = texts.find(error);
  return found == texts.end() ? INVALID_VALUE : (*text = found->second, SUCCESS);
}

int cuDeviceGetCount(int* count) { return *count = int(settings["devices"]), SUCCESS; }
int cuDeviceGet(int* device, int ordinal) { return *device = ordinal, SUCCESS; }
int cuDeviceGetName(char* name, int length, int) { return snprintf(name, length, "g++ shim"), SUCCESS; }

int cuDeviceGetAttribute(int* value, int attribute, int) {
  const int capability = int(settings["capability"]);
  switch (attribute) {
    case 16: *value = 1; return SUCCESS;
    case 75: *value = capability / 10; return SUCCESS;
    case 76: *value = capability % 10; return SUCCESS;
    default: return INVALID_VALUE;
  }
}

int cuDevicePrimaryCtxRetain(void** context, int) { return *context = &settings, SUCCESS; }
int cuCtxSetCurrent(void* context) { return bound = context != nullptr, SUCCESS; }

int cuModuleLoadData(void** module, const void* image) {
  if (!bound) {
    return INVALID_CONTEXT;
  }
  if (settings["load"]) {
    return int(settings["load"]);
  }
  *module = dlopen(static_cast<const char*>(image), RTLD_NOW | RTLD_LOCAL);
  return *module ? SUCCESS : NOT_FOUND;
}

int cuModuleGetFunction(void** function, void* module, const char* name) {
  auto launch = reinterpret_cast<int (*)(const char*, const int*, const int*, void**, int)>(dlsym(module, "shim_launch"));
  auto knows = reinterpret_cast<int (*)(const char*)>(dlsym(module, "shim_knows"));
  if (!launch || !knows || !knows(name)) {
    return NOT_FOUND;
  }
  *function = new Function{launch, name};
  return SUCCESS;
}

int cuMemGetInfo_v2(size_t* free, size_t* total) {
  if (!bound) {
    return INVALID_CONTEXT;
  }
  *total = settings["memory"];
  *free = std::min(settings["memory"] - used, settings["spare"]);
  return SUCCESS;
}

int cuMemAlloc_v2(uint64_t* address, size_t bytes) {
  if (!bound) {
    return INVALID_CONTEXT;
  }
  if (!capturing.empty()) {
    return STREAM_CAPTURE;
  }
  if (used + static_cast<long long>(bytes) > settings["memory"]) {
    return OUT_OF_MEMORY;
  }
  char* block = static_cast<char*>(aligned_alloc(256, MARGIN + (bytes + 255) / 256 * 256 + MARGIN));
  memset(block, PAPER, MARGIN + bytes + MARGIN);
  *address = reinterpret_cast<uint64_t>(block + MARGIN);
  allocations[*address] = bytes;
  used += bytes;
  return SUCCESS;
}

int cuMemFree_v2(uint64_t address) {
  auto found = allocations.find(address);
  if (found == allocations.end() || fails("cuMemFree")) {
    return INVALID_VALUE;
  }
  const size_t bytes = found->second;
  const unsigned char* memory = reinterpret_cast<unsigned char*>(address);
  int result = SUCCESS;
  for (size_t i = 0; i < MARGIN; i++) {
    if (memory[bytes + i] != PAPER || memory[i - MARGIN] != PAPER) {
      result = ILLEGAL_ADDRESS;
    }
  }
  used -= bytes;
  allocations.erase(found);
  free(reinterpret_cast<char*>(address) - MARGIN);
  return result;
}

// Whether a copy or a fill of this memory is possible now: as on a GPU, it must be one allocation's.
int checkCopy(uint64_t address, size_t bytes, void* stream) {
  if (!bound) {
    return INVALID_CONTEXT;
  }
  if (capturing.count(stream)) {
    return STREAM_CAPTURE;
  }
  auto after = allocations.upper_bound(address);
  if (after == allocations.begin()) {
    return INVALID_VALUE;
  }
  const auto& [start, length] = *std::prev(after);
  return address + bytes <= start + length ? SUCCESS : INVALID_VALUE;
}

int cuMemHostAlloc(void** memory, size_t bytes, unsigned) {
  return fails("cuMemHostAlloc") ? OUT_OF_MEMORY : (held++, *memory = malloc(bytes), SUCCESS);
}
int cuMemFreeHost(void* memory) { return held--, free(memory), SUCCESS; }

int cuMemsetD8Async(uint64_t address, unsigned char value, size_t bytes, void* stream) {
  if (int error = checkCopy(address, bytes, stream)) {
    return error;
  }
  memset(reinterpret_cast<void*>(address), value, bytes);
  return SUCCESS;
}
int cuMemcpyHtoDAsync_v2(uint64_t to, const void* from, size_t bytes, void* stream) {
  if (int error = checkCopy(to, bytes, stream)) {
    return error;
  }
  memcpy(reinterpret_cast<void*>(to), from, bytes);
  return SUCCESS;
}
int cuMemcpyDtoHAsync_v2(void* to, uint64_t from, size_t bytes, void* stream) {
  if (int error = checkCopy(from, bytes, stream)) {
    return error;
  }
  memcpy(to, reinterpret_cast<void*>(from), bytes);
  return SUCCESS;
}

int cuStreamCreate(void** stream, unsigned) {
  return bound ? (held++, *stream = malloc(1), SUCCESS) : INVALID_CONTEXT;
}
int cuStreamSynchronize(void* stream) {
  if (fails("cuStreamSynchronize")) {
    return ILLEGAL_ADDRESS;
  }
  return capturing.count(stream) ? STREAM_CAPTURE : bound ? SUCCESS : INVALID_CONTEXT;
}
int cuStreamDestroy_v2(void* stream) { return held--, free(stream), SUCCESS; }

int cuLaunchKernel(void* function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX,
                   unsigned blockY, unsigned blockZ, unsigned, void* stream, void** arguments, void**) {
  if (!bound) {
    return INVALID_CONTEXT;
  }
  if (fails("cuLaunchKernel") || !gridX || !gridY || !gridZ || gridX > 0x7fffffff || gridY > 65535 || gridZ > 65535) {
    return INVALID_VALUE;
  }
  Launch launch{static_cast<Function*>(function),
                {int(gridX), int(gridY), int(gridZ)},
                {int(blockX), int(blockY), int(blockZ)},
                {}};
  for (int i = 0; i < 32; i++) {
    memcpy(launch.arguments[i], arguments[i], 32);
  }
  if (capturing.count(stream)) {
    capturing[stream].push_back(launch);
    return SUCCESS;
  }
  return launch.run(int(settings["backwards"])) ? INVALID_VALUE : SUCCESS;
}

int cuStreamBeginCapture_v2(void* stream, int) { return capturing[stream] = {}, SUCCESS; }
int cuStreamEndCapture(void* stream, void** graph) {
  *graph = new Graph(capturing[stream]);
  capturing.erase(stream);
  held++;
  return SUCCESS;
}
int cuGraphInstantiateWithFlags(void** executable, void* graph, unsigned long long) {
  if (fails("cuGraphInstantiateWithFlags")) {
    return OUT_OF_MEMORY;
  }
  held++;
  return *executable = new Graph(*static_cast<Graph*>(graph)), SUCCESS;
}
int cuGraphLaunch(void* executable, void*) {
  if (!bound) {
    return INVALID_CONTEXT;
  }
  for (Launch& launch : *static_cast<Graph*>(executable)) {
    if (launch.run(int(settings["backwards"]))) {
      return INVALID_VALUE;
    }
  }
  return SUCCESS;
}
int cuGraphDestroy(void* graph) { return held--, delete static_cast<Graph*>(graph), SUCCESS; }
int cuGraphExecDestroy(void* executable) { return held--, delete static_cast<Graph*>(executable), SUCCESS; }

int cuEventCreate(void** event, unsigned) {
  if (fails("cuEventCreate")) {
    return INVALID_VALUE;
  }
  return bound ? (held++, *event = new Clock::time_point, SUCCESS) : INVALID_CONTEXT;
}
int cuEventRecord(void* event, void*) {
  if (!bound) {
    return INVALID_CONTEXT;
  }
  *static_cast<Clock::time_point*>(event) = Clock::now();
  return SUCCESS;
}
int cuEventSynchronize(void*) { return SUCCESS; }
int cuEventElapsedTime(float* millis, void* start, void* end) {
  *millis = std::chrono::duration<float, std::milli>(*static_cast<Clock::time_point*>(end) -
                                                     *static_cast<Clock::time_point*>(start))
                .count();
  return SUCCESS;
}
int cuEventDestroy_v2(void* event) { return held--, delete static_cast<Clock::time_point*>(event), SUCCESS; }

int nvrtcVersion(int* major, int* minor) { return *major = int(settings["nvrtc"]), *minor = 0, SUCCESS; }
const char* nvrtcGetErrorString(int) { return "NVRTC_ERROR"; }
int nvrtcGetNumSupportedArchs(int* count) { return *count = 3, SUCCESS; }
int nvrtcGetSupportedArchs(int* architectures) {
  architectures[0] = int(settings["oldest"]);
  architectures[1] = 90;
  architectures[2] = 100;
  return SUCCESS;
}

int nvrtcCreateProgram(void** program, const char* source, const char*, int, void*, void*) {
  *program = new Program{source, "", ""};
  return SUCCESS;
}

int nvrtcCompileProgram(void* handle, int count, const char** options) {
  static int number = 0;
  static std::map<std::string, std::string> compiled;
  if (settings["compile"]) {
    return int(settings["compile"]);
  }
  Program* program = static_cast<Program*>(handle);
  std::string key = program->source;
  for (int i = 0; i < count; i++) {
    key += options[i];
  }
  if (compiled.count(key)) {
    program->image = compiled[key];
    return 0;
  }
  const std::string base = std::string(FOLDER) + "/kernels" + std::to_string(++number);
  std::ofstream(base + ".cpp") << program->source;
  std::string command = "g++ -std=c++17 -O2 -march=native -ffp-contract=off -fno-strict-aliasing -Wall -Werror"
                        " -Wno-unknown-pragmas -shared -fPIC -fno-gnu-unique " KERNEL_FLAGS " -include " FOLDER "/shim.h -o " +
                        base + ".so " + base + ".cpp";
  for (int i = 0; i < count; i++) {
    if (strncmp(options[i], "-D", 2) == 0) {
      command += std::string(" ") + options[i];
    }
  }
  const int result = system((command + " 2> " + base + ".log").c_str());
  std::stringstream log;
  log << std::ifstream(base + ".log").rdbuf();
  program->log = log.str();
  if (result != 0) {
    return 6;
  }
  program->image = compiled[key] = base + ".so";
  return 0;
}

int nvrtcGetProgramLogSize(void* program, size_t* bytes) {
  return *bytes = static_cast<Program*>(program)->log.size() + 1, SUCCESS;
}
int nvrtcGetProgramLog(void* program, char* log) { return strcpy(log, static_cast<Program*>(program)->log.c_str()), SUCCESS; }
int nvrtcGetCUBINSize(void* program, size_t* bytes) {
  return *bytes = static_cast<Program*>(program)->image.size() + 1, SUCCESS;
}
int nvrtcGetCUBIN(void* program, char* image) { return strcpy(image, static_cast<Program*>(program)->image.c_str()), SUCCESS; }
int nvrtcGetPTXSize(void* program, size_t* bytes) { return nvrtcGetCUBINSize(program, bytes); }
int nvrtcGetPTX(void* program, char* image) { return nvrtcGetCUBIN(program, image); }
int nvrtcDestroyProgram(void** program) { return delete static_cast<Program*>(*program), SUCCESS; }

}  // extern "C"
