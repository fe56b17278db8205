// What the GPU can do: the two rates that other kernels are measured against.

KERNEL(copy_floats, 256, (const float4* __restrict__ from, float4* __restrict__ to, int count)) {
  for (int i = blockIdx.x * 256 + threadIdx.x; i < count; i += gridDim.x * 256) {
    to[i] = from[i];
  }
}

constexpr int CHAINS = 16;

// CHAINS independent multiply-adds a thread and round. The sum is written so that nothing is left out.
KERNEL(multiply_add, 256, (float* __restrict__ out, int rounds, float factor)) {
  float sums[CHAINS];
#pragma unroll
  for (int i = 0; i < CHAINS; i++) {
    sums[i] = static_cast<float>(threadIdx.x + i);
  }
  for (int round = 0; round < rounds; round++) {
#pragma unroll
    for (int i = 0; i < CHAINS; i++) {
      sums[i] = fmaf(sums[i], factor, 1.f);
    }
  }
  float sum = 0.f;
#pragma unroll
  for (int i = 0; i < CHAINS; i++) {
    sum += sums[i];
  }
  out[blockIdx.x * 256 + threadIdx.x] = sum;
}
