// Convolutions and fully connected layers over the weights that exist.

// Gathers the weights that correlations read, [group][tap][filter], from the flat parameter vector.
KERNEL(gather_weights, 256, (const float* __restrict__ parameters, const int* __restrict__ indices,
                             float* __restrict__ packed, int length)) {
  const int i = blockIdx.x * 256 + threadIdx.x;
  if (i < length) {
    packed[i] = indices[i] < 0 ? 0.f : parameters[indices[i]];
  }
}

constexpr int STAGED_TAPS = 128;

template <int F>
struct alignas(F % 4 == 0 ? 16 : 4 * F) Weights {
  float of[F];
};

// out[channel f of the group][to[p]] = bias + sum over taps t of weight[t][f] * in[from[p] + offset[t]].
// Forward, and backward-data on the transposed support. A block has one group of up to F filters that
// read the same taps; a thread has P positions of V images for each of them.
//
// groups: [group] {first tap offset, taps, first weight}
// channels: [group][F] where the filter's output starts; -1 for no filter
// biases: [group][F] indices into parameters; -1 for none
template <int F, int P>
__device__ inline void correlate(const float* __restrict__ in, float* __restrict__ out,
                                 const float* __restrict__ packed, const int* __restrict__ offsets,
                                 const int* __restrict__ groups, const int* __restrict__ channels,
                                 const int* __restrict__ biases, const float* __restrict__ parameters,
                                 const int* __restrict__ from, const int* __restrict__ to, int positions,
                                 int accumulate) {
  __shared__ Weights<F> weights[STAGED_TAPS];
  __shared__ int staged[STAGED_TAPS];
  const int group = blockIdx.x;
  const int taps = groups[3 * group + 1];
  const int* groupOffsets = offsets + groups[3 * group];
  const float* groupWeights = packed + groups[3 * group + 2];
  const int image = firstImage(blockIdx.z);
  const int first = (blockIdx.y * blockDim.y + threadIdx.y) * P;
  const int thread = threadIdx.y * WARP + threadIdx.x;
  const int threads = blockDim.y * WARP;

  const float* base[P];
  for (int p = 0; p < P; p++) {
    base[p] = in + from[min(first + p, positions - 1)] + image;
  }
  Images sums[F][P];
#pragma unroll
  for (int f = 0; f < F; f++) {
    const int bias = biases[group * F + f];
    const float start = bias < 0 ? 0.f : parameters[bias];
#pragma unroll
    for (int p = 0; p < P; p++) {
#pragma unroll
      for (int v = 0; v < V; v++) {
        sums[f][p].at[v] = start;
      }
    }
  }
  for (int done = 0; done < taps; done += STAGED_TAPS) {
    const int count = min(STAGED_TAPS, taps - done);
    __syncthreads();
    for (int i = thread; i < count; i += threads) {
      staged[i] = groupOffsets[done + i];
    }
    for (int i = thread; i < count * F; i += threads) {
      weights[i / F].of[i % F] = groupWeights[done * F + i];
    }
    __syncthreads();
#pragma unroll 2
    for (int t = 0; t < count; t++) {
      const int tap = staged[t];
      const Weights<F> w = weights[t];
      Images x[P];
#pragma unroll
      for (int p = 0; p < P; p++) {
        x[p] = load(base[p] + tap);
      }
#pragma unroll
      for (int f = 0; f < F; f++) {
#pragma unroll
        for (int p = 0; p < P; p++) {
#pragma unroll
          for (int v = 0; v < V; v++) {
            sums[f][p].at[v] = fmaf(w.of[f], x[p].at[v], sums[f][p].at[v]);
          }
        }
      }
    }
  }
#pragma unroll
  for (int f = 0; f < F; f++) {
    const int channel = channels[group * F + f];
    if (channel < 0) {
      continue;
    }
#pragma unroll
    for (int p = 0; p < P; p++) {
      if (first + p < positions) {
        float* target = out + to[first + p] + channel + image;
        Images sum = sums[f][p];
        if (accumulate) {
          const Images before = load(target);
#pragma unroll
          for (int v = 0; v < V; v++) {
            sum.at[v] += before.at[v];
          }
        }
        store(target, sum);
      }
    }
  }
}

#define CORRELATE(F, P)                                                                                    \
  KERNEL(correlate_##F##x##P, 128,                                                                         \
         (const float* in, float* out, const float* packed, const int* offsets, const int* groups,         \
          const int* channels, const int* biases, const float* parameters, const int* from, const int* to, \
          int positions, int accumulate)) {                                                                \
    correlate<F, P>(in, out, packed, offsets, groups, channels, biases, parameters, from, to, positions,   \
                    accumulate);                                                                           \
  }

CORRELATE(8, 2)
CORRELATE(8, 1)
CORRELATE(4, 4)
CORRELATE(4, 1)
CORRELATE(2, 4)
CORRELATE(2, 1)
CORRELATE(1, 4)
CORRELATE(1, 1)

constexpr int GRADIENT_WARPS = 4;

// Sums N numbers of each lane over a warp, halving what a lane holds at each exchange; afterwards the
// first N / 32 numbers of lane l are the sums l * N / 32, l * N / 32 + 1, ...
template <int N>
__device__ inline void warpSums(float* numbers) {
  int kept = N;
#pragma unroll
  for (int distance = WARP / 2; distance > 0; distance /= 2) {
    kept /= 2;
    const bool upper = (threadIdx.x & distance) != 0;
#pragma unroll
    for (int i = 0; i < N / 2; i++) {
      if (i < kept) {
        const float given = upper ? numbers[i] : numbers[i + kept];
        const float own = upper ? numbers[i + kept] : numbers[i];
        numbers[i] = own + __shfl_xor_sync(ALL, given, distance);
      }
    }
  }
}

// partial[split][tile][f][t] = the part of sum over positions p and images of
// gradient[channel f][to[p]] * in[from[p] + offset[t]] that belongs to the split. A unit is one position
// of one chunk of images; a split is a run of units, and a block's warps take its units in turn.
//
// tiles: [tile] {F channel offsets of the gradient, T tap offsets of the input}
template <int F, int T>
__device__ inline void weightGradient(const float* __restrict__ in, const float* __restrict__ gradient,
                                      float* __restrict__ partial, const int* __restrict__ tiles,
                                      const int* __restrict__ from, const int* __restrict__ to,
                                      int positions, int units, int unitsOfSplit) {
  __shared__ float shared[GRADIENT_WARPS][F * T];
  const int* tile = tiles + blockIdx.x * (F + T);
  int channels[F];
#pragma unroll
  for (int f = 0; f < F; f++) {
    channels[f] = tile[f];
  }
  int taps[T];
#pragma unroll
  for (int t = 0; t < T; t++) {
    taps[t] = tile[F + t];
  }
  float sums[F * T];
#pragma unroll
  for (int i = 0; i < F * T; i++) {
    sums[i] = 0.f;
  }
  const int begin = blockIdx.y * unitsOfSplit;
  const int end = min(units, begin + unitsOfSplit);
  for (int unit = begin + threadIdx.y; unit < end; unit += GRADIENT_WARPS) {
    const int chunk = unit / positions;
    const int position = unit - chunk * positions;
    const int image = firstImage(chunk);
    const float* y = gradient + to[position] + image;
    const float* x = in + from[position] + image;
    Images dy[F];
#pragma unroll
    for (int f = 0; f < F; f++) {
      dy[f] = load(y + channels[f]);
    }
#pragma unroll
    for (int t = 0; t < T; t++) {
      const Images value = load(x + taps[t]);
#pragma unroll
      for (int f = 0; f < F; f++) {
#pragma unroll
        for (int v = 0; v < V; v++) {
          sums[f * T + t] = fmaf(dy[f].at[v], value.at[v], sums[f * T + t]);
        }
      }
    }
  }
  warpSums<F * T>(sums);
  constexpr int EACH = F * T / WARP;
#pragma unroll
  for (int i = 0; i < EACH; i++) {
    shared[threadIdx.y][threadIdx.x * EACH + i] = sums[i];
  }
  __syncthreads();
  float* target = partial + (static_cast<long long>(blockIdx.y) * gridDim.x + blockIdx.x) * (F * T);
  for (int i = threadIdx.y * WARP + threadIdx.x; i < F * T; i += GRADIENT_WARPS * WARP) {
    float sum = 0.f;
#pragma unroll
    for (int warp = 0; warp < GRADIENT_WARPS; warp++) {
      sum += shared[warp][i];
    }
    target[i] = sum;
  }
}

#define WEIGHT_GRADIENT(F, T)                                                                       \
  KERNEL(weight_gradient_##F##x##T, 128,                                                            \
         (const float* in, const float* gradient, float* partial, const int* tiles, const int* from, \
          const int* to, int positions, int units, int unitsOfSplit)) {                             \
    weightGradient<F, T>(in, gradient, partial, tiles, from, to, positions, units, unitsOfSplit);   \
  }

WEIGHT_GRADIENT(8, 8)
WEIGHT_GRADIENT(4, 16)
WEIGHT_GRADIENT(2, 16)
WEIGHT_GRADIENT(1, 32)

// gradients[i] = the sum over splits, in order, of what slot slots[i] holds.
KERNEL(sum_weight_gradients, 256, (const float* __restrict__ partial, const int* __restrict__ slots,
                                   float* __restrict__ gradients, int weights, int splits, int stride)) {
  const int i = blockIdx.x * 256 + threadIdx.x;
  if (i >= weights) {
    return;
  }
  const float* part = partial + slots[i];
  float sum = 0.f;
  for (int split = 0; split < splits; split++) {
    sum += part[static_cast<long long>(split) * stride];
  }
  gradients[i] = sum;
}

// gradients[channel] = the sum of the channel's output gradient. One block a channel.
KERNEL(bias_gradient, 256, (const float* __restrict__ gradient, float* __restrict__ gradients, Plane plane,
                            int chunks)) {
  float sum = 0.f;
  float unused = 0.f;
  for (int unit = threadIdx.y; unit < plane.positions * chunks; unit += 8) {
    const int chunk = unit / plane.positions;
    const Images images =
        load(gradient + offset(plane, blockIdx.x, unit - chunk * plane.positions) + firstImage(chunk));
#pragma unroll
    for (int v = 0; v < V; v++) {
      sum += images.at[v];
    }
  }
  blockSum<8>(sum, unused);
  if (threadIdx.x == 0 && threadIdx.y == 0) {
    gradients[blockIdx.x] = sum;
  }
}
