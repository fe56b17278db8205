// Runs CUDA kernels on the CPU, so that their sources can be tested without a GPU. The threads of a block
// are coroutines that take turns at barriers and exchanges; blocks run one after another. Where the first
// thread of a block meets neither, the others are plain calls, which are much faster. A launch may
// run blocks and threads backwards: a kernel that lacks a barrier then gives another result. For one launch at
// a time: thread-local variables would take more time than the kernels.
#pragma once

#include <setjmp.h>
#include <ucontext.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

using std::max;
using std::min;

#define __global__
#define __device__
#define __shared__ static

struct float2 {
  float x, y;
};
struct alignas(16) float4 {
  float x, y, z, w;
};
inline float2 make_float2(float x, float y) { return {x, y}; }

namespace shim {

struct Index {
  unsigned x, y, z;
};

constexpr int WARP_SIZE = 32;
constexpr int MOST_THREADS = 256;
constexpr size_t STACK = 64 * 1024;

struct Barrier {
  int arrived = 0;
  unsigned generation = 0;
};

struct Warp {
  Barrier barrier;
  double exchanged[2][WARP_SIZE];
};

struct Thread {
  Index index;
  int number;
  int exchanges;
  bool started;
  bool done;
  jmp_buf at;
  char* stack;
};

using Invocation = void (*)(void** arguments);

struct Machine {
  Thread threads[MOST_THREADS];
  Warp warps[MOST_THREADS / WARP_SIZE];
  Barrier barrier;
  Thread* running = nullptr;
  jmp_buf scheduler;
  ucontext_t start;
  Index block, grid, shape;
  int count = 0;
  int left = 0;
  bool waited = false;
  bool plain = false;
  Invocation kernel = nullptr;
  void** arguments = nullptr;

  ~Machine() {
    for (Thread& thread : threads) {
      free(thread.stack);
    }
  }
};

static Machine instance;

inline Machine& machine() { return instance; }

inline void yield() {
  Machine& m = machine();
  Thread* self = m.running;
  if (!_setjmp(self->at)) {
    _longjmp(m.scheduler, 1);
  }
}

inline void await(Barrier& barrier, int threads) {
  if (machine().plain) {
    fputs("shim: a thread waits that the first thread of its block does not wait for\n", stderr);
    abort();
  }
  machine().waited = true;
  const unsigned generation = barrier.generation;
  if (++barrier.arrived == threads) {
    barrier.arrived = 0;
    barrier.generation++;
    return;
  }
  while (barrier.generation == generation) {
    yield();
  }
}

// A coroutine's body: runs kernel after kernel, one a block, without ever returning.
inline void body() {
  for (;;) {
    Machine& m = machine();
    m.kernel(m.arguments);
    m.running->done = true;
    m.left--;
    yield();
  }
}

inline void resume(Thread& thread) {
  Machine& m = machine();
  m.running = &thread;
  if (_setjmp(m.scheduler)) {
    return;
  }
  if (thread.started) {
    _longjmp(thread.at, 1);
  }
  thread.started = true;
  thread.stack = static_cast<char*>(malloc(STACK));
  getcontext(&m.start);
  m.start.uc_stack.ss_sp = thread.stack;
  m.start.uc_stack.ss_size = STACK;
  m.start.uc_link = nullptr;
  makecontext(&m.start, body, 0);
  setcontext(&m.start);
}

inline void runBlock(bool backwards) {
  Machine& m = machine();
  m.left = m.count;
  for (int i = 0; i < m.count; i++) {
    Thread& thread = m.threads[i];
    thread.number = i;
    thread.exchanges = 0;
    thread.done = false;
    thread.index = {i % m.shape.x, i / m.shape.x % m.shape.y, i / (m.shape.x * m.shape.y)};
  }
  if (!backwards) {
    m.waited = false;
    resume(m.threads[0]);
    if (!m.waited) {
      m.plain = true;
      for (int i = 1; i < m.count; i++) {
        m.running = &m.threads[i];
        m.kernel(m.arguments);
      }
      m.plain = false;
      return;
    }
  }
  while (m.left > 0) {
    for (int turn = 0; turn < m.count; turn++) {
      Thread& thread = m.threads[backwards ? m.count - 1 - turn : turn];
      if (!thread.done) {
        resume(thread);
      }
    }
  }
}

template <typename Value>
Value exchange(Value value, int mask) {
  Machine& m = machine();
  Thread* self = m.running;
  Warp& warp = m.warps[self->number / WARP_SIZE];
  double* slots = warp.exchanged[self->exchanges++ & 1];
  const int lane = self->number % WARP_SIZE;
  slots[lane] = value;
  await(warp.barrier, WARP_SIZE);
  return static_cast<Value>(slots[lane ^ mask]);
}

inline std::map<std::string, Invocation>& kernels() {
  static std::map<std::string, Invocation> all;
  return all;
}

template <auto Kernel, typename... Parameters, size_t... I>
void invoke(void (*)(Parameters...), void** arguments, std::index_sequence<I...>) {
  Kernel(*static_cast<std::remove_reference_t<Parameters>*>(arguments[I])...);
}

template <auto Kernel, typename... Parameters>
void unpack(void (*kernel)(Parameters...), void** arguments) {
  invoke<Kernel>(kernel, arguments, std::index_sequence_for<Parameters...>{});
}

template <auto Kernel>
void entry(void** arguments) {
  unpack<Kernel>(Kernel, arguments);
}

struct Registration {
  Registration(const char* name, Invocation kernel) { kernels()[name] = kernel; }
};

}  // namespace shim

#define threadIdx (shim::machine().running->index)
#define blockIdx (shim::machine().block)
#define blockDim (shim::machine().shape)
#define gridDim (shim::machine().grid)

inline void __syncthreads() { shim::await(shim::machine().barrier, shim::machine().count); }

template <typename Value>
Value __shfl_xor_sync(unsigned, Value value, int mask) {
  return shim::exchange(value, mask);
}

#define KERNEL(name, bounds, parameters)                                         \
  void name parameters;                                                          \
  static const shim::Registration name##_registered(#name, shim::entry<name>);   \
  void name parameters

extern "C" int shim_knows(const char* name) { return shim::kernels().count(name) != 0; }

// Returns 0, or 1 if there is no such kernel, or 2 if the block is too large.
extern "C" int shim_launch(const char* name, const int* grid, const int* block, void** arguments,
                           int backwards) {
  shim::Machine& m = shim::machine();
  auto found = shim::kernels().find(name);
  if (found == shim::kernels().end()) {
    return 1;
  }
  m.grid = {unsigned(grid[0]), unsigned(grid[1]), unsigned(grid[2])};
  m.shape = {unsigned(block[0]), unsigned(block[1]), unsigned(block[2])};
  m.count = block[0] * block[1] * block[2];
  if (m.count > shim::MOST_THREADS || m.count % shim::WARP_SIZE != 0) {
    return 2;
  }
  m.kernel = found->second;
  m.arguments = arguments;
  const long blocks = long(grid[0]) * grid[1] * grid[2];
  for (long i = 0; i < blocks; i++) {
    const long b = backwards ? blocks - 1 - i : i;
    m.block = {unsigned(b % grid[0]), unsigned(b / grid[0] % grid[1]), unsigned(b / grid[0] / grid[1])};
    shim::runBlock(backwards != 0);
  }
  return 0;
}
