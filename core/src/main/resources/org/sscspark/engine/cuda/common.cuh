// What all kernels share. Features are [channels][rows][columns][images] with a border of zeros, so a
// warp reads 32 * V neighbouring images of one position, and every tap of a window is a constant offset.
// A kernel sums in an order that depends on shapes only, never on the schedule: no float atomics.

#ifndef KERNEL
#define KERNEL(name, bounds, parameters) extern "C" __global__ void __launch_bounds__(bounds) name parameters
#endif

// Images of one thread.
#ifndef V
#define V 1
#endif

constexpr int WARP = 32;
constexpr unsigned ALL = 0xffffffffu;

struct alignas(4 * V) Images {
  float at[V];
};

__device__ inline Images load(const float* from) { return *reinterpret_cast<const Images*>(from); }

__device__ inline void store(float* to, const Images& images) { *reinterpret_cast<Images*>(to) = images; }

// The positions of one channel inside its border; pointers are to the first of channel 0.
struct Plane {
  int positions;
  int width;
  int rowStride;
  int channelStride;
  int images;
};

__device__ inline int offset(const Plane& plane, int channel, int position) {
  const int row = position / plane.width;
  return channel * plane.channelStride + row * plane.rowStride + (position - row * plane.width) * plane.images;
}

// The first of this thread's images in a chunk of 32 * V.
__device__ inline int firstImage(int chunk) { return (chunk * WARP + static_cast<int>(threadIdx.x)) * V; }

template <typename Number>
__device__ inline Number warpSum(Number value) {
  for (int distance = WARP / 2; distance > 0; distance /= 2) {
    value += __shfl_xor_sync(ALL, value, distance);
  }
  return value;
}

// The sums of two numbers over a block of 32 x ROWS threads, valid in the first warp.
template <int ROWS>
__device__ inline void blockSum(float& first, float& second) {
  __shared__ float sums[2][ROWS];
  first = warpSum(first);
  second = warpSum(second);
  if (threadIdx.x == 0) {
    sums[0][threadIdx.y] = first;
    sums[1][threadIdx.y] = second;
  }
  __syncthreads();
  if (threadIdx.y == 0) {
    const int row = threadIdx.x;
    first = warpSum(row < ROWS ? sums[0][row] : 0.f);
    second = warpSum(row < ROWS ? sums[1][row] : 0.f);
  }
}
