// Batch normalisation with the addition and the rectifier that may follow it.
// Blocks are 32 x 8 threads; a unit is one position of one chunk of images.

// What a channel's normalisation uses: (x - mean) * inverse * scale + shift.
struct Moments {
  float mean;
  float inverse;
};

// The sums over all splits of a channel's two numbers, by one warp and in each of its threads.
__device__ inline void sumSplits(const float2* partial, int splits, double& first, double& second) {
  first = 0;
  second = 0;
  for (int split = threadIdx.x; split < splits; split += WARP) {
    first += partial[split].x;
    second += partial[split].y;
  }
  first = warpSum(first);
  second = warpSum(second);
}

// partial[channel][split] = sums of (x - pilot) and of its square over the split; pilot is the channel's
// first value, so that little is lost to cancellation.
KERNEL(norm_sums, 256, (const float* __restrict__ in, float2* __restrict__ partial, Plane plane, int count,
                        int units, int unitsOfSplit)) {
  const int channel = blockIdx.y;
  const float pilot = in[channel * plane.channelStride];
  const int begin = blockIdx.x * unitsOfSplit;
  const int end = min(units, begin + unitsOfSplit);
  float sum = 0.f;
  float squares = 0.f;
  for (int unit = begin + threadIdx.y; unit < end; unit += 8) {
    const int chunk = unit / plane.positions;
    const int image = firstImage(chunk);
    const Images x = load(in + offset(plane, channel, unit - chunk * plane.positions) + image);
#pragma unroll
    for (int v = 0; v < V; v++) {
      const float difference = image + v < count ? x.at[v] - pilot : 0.f;
      sum += difference;
      squares = fmaf(difference, difference, squares);
    }
  }
  blockSum<8>(sum, squares);
  if (threadIdx.x == 0 && threadIdx.y == 0) {
    partial[channel * gridDim.x + blockIdx.x] = make_float2(sum, squares);
  }
}

// One warp a channel. Running statistics move where momentum is not zero.
KERNEL(norm_moments, 128, (const float* __restrict__ in, const float2* __restrict__ partial,
                           Moments* __restrict__ moments, float* __restrict__ runningMean,
                           float* __restrict__ runningVariance, Plane plane, int channels, int splits,
                           int count, float epsilon, float momentum)) {
  const int channel = blockIdx.x * 4 + threadIdx.y;
  if (channel >= channels) {
    return;
  }
  double sum;
  double squares;
  sumSplits(partial + channel * splits, splits, sum, squares);
  if (threadIdx.x == 0) {
    const double values = static_cast<double>(count) * plane.positions;
    const double shift = sum / values;
    const double mean = in[channel * plane.channelStride] + shift;
    const double spread = fmax(0.0, squares - sum * shift);
    moments[channel].mean = static_cast<float>(mean);
    moments[channel].inverse = static_cast<float>(1 / sqrt(spread / values + epsilon));
    if (momentum != 0.f) {
      // The unbiased variance; a single value has none, and keeps the biased one, zero.
      const double variance = spread / fmax(1.0, values - 1);
      runningMean[channel] =
          static_cast<float>(runningMean[channel] + momentum * (mean - runningMean[channel]));
      runningVariance[channel] =
          static_cast<float>(runningVariance[channel] + momentum * (variance - runningVariance[channel]));
    }
  }
}

KERNEL(norm_running_moments, 128, (const float* __restrict__ runningMean,
                                   const float* __restrict__ runningVariance, Moments* __restrict__ moments,
                                   int channels, float epsilon)) {
  const int channel = blockIdx.x * 128 + threadIdx.x;
  if (channel < channels) {
    moments[channel].mean = runningMean[channel];
    moments[channel].inverse =
        static_cast<float>(1 / sqrt(static_cast<double>(runningVariance[channel]) + epsilon));
  }
}

// out = (x - mean) * inverse * scale + shift + skip, rectified if asked.
KERNEL(norm_apply, 256, (const float* __restrict__ in, const float* __restrict__ skip, float* __restrict__ out,
                         const Moments* __restrict__ moments, const float* __restrict__ scale,
                         const float* __restrict__ shift, Plane plane, int rectified)) {
  const int position = blockIdx.x * 8 + threadIdx.y;
  if (position >= plane.positions) {
    return;
  }
  const int channel = blockIdx.y;
  const int at = offset(plane, channel, position) + firstImage(blockIdx.z);
  const Moments moment = moments[channel];
  const float factor = scale[channel] * moment.inverse;
  const float added = shift[channel];
  const Images x = load(in + at);
  Images y;
#pragma unroll
  for (int v = 0; v < V; v++) {
    y.at[v] = fmaf(x.at[v] - moment.mean, factor, added);
  }
  if (skip != nullptr) {
    const Images other = load(skip + at);
#pragma unroll
    for (int v = 0; v < V; v++) {
      y.at[v] += other.at[v];
    }
  }
  if (rectified) {
#pragma unroll
    for (int v = 0; v < V; v++) {
      y.at[v] = y.at[v] < 0.f ? 0.f : y.at[v];
    }
  }
  store(out + at, y);
}

// Whether the rectifier let x through, computed as forward did.
__device__ inline bool passes(float x, float mean, float factor, float shift) {
  return fmaf(x - mean, factor, shift) > 0.f;
}

// partial[channel][split] = sums of g and of g * (x - mean), where g is the gradient behind the rectifier.
// With out, g is found by out > 0 and written back to gradient; else, if rectified, by x.
KERNEL(norm_gradient_sums, 256, (float* __restrict__ gradient, const float* __restrict__ out,
                                 const float* __restrict__ in, float2* __restrict__ partial,
                                 const Moments* __restrict__ moments, const float* __restrict__ scale,
                                 const float* __restrict__ shift, Plane plane, int rectified, int units,
                                 int unitsOfSplit)) {
  const int channel = blockIdx.y;
  const Moments moment = moments[channel];
  const float factor = scale[channel] * moment.inverse;
  const float added = shift[channel];
  const int begin = blockIdx.x * unitsOfSplit;
  const int end = min(units, begin + unitsOfSplit);
  float sum = 0.f;
  float products = 0.f;
  for (int unit = begin + threadIdx.y; unit < end; unit += 8) {
    const int chunk = unit / plane.positions;
    const int at = offset(plane, channel, unit - chunk * plane.positions) + firstImage(chunk);
    const Images x = load(in + at);
    Images g = load(gradient + at);
    if (out != nullptr) {
      const Images y = load(out + at);
#pragma unroll
      for (int v = 0; v < V; v++) {
        g.at[v] = y.at[v] > 0.f ? g.at[v] : 0.f;
      }
      store(gradient + at, g);
    } else if (rectified) {
#pragma unroll
      for (int v = 0; v < V; v++) {
        g.at[v] = passes(x.at[v], moment.mean, factor, added) ? g.at[v] : 0.f;
      }
    }
#pragma unroll
    for (int v = 0; v < V; v++) {
      sum += g.at[v];
      products = fmaf(g.at[v], x.at[v] - moment.mean, products);
    }
  }
  blockSum<8>(sum, products);
  if (threadIdx.x == 0 && threadIdx.y == 0) {
    partial[channel * gridDim.x + blockIdx.x] = make_float2(sum, products);
  }
}

// The gradients of scale and shift, and {slope, constant} of dx = g * factor + slope * (x - mean) + constant:
// the statistics of a batch move with x, so dx loses its mean and its part along x. One warp a channel.
KERNEL(norm_slopes, 128, (const float2* __restrict__ partial, const Moments* __restrict__ moments,
                          const float* __restrict__ scale, float* __restrict__ scaleGradient,
                          float* __restrict__ shiftGradient, float2* __restrict__ slopes, int channels,
                          int splits, int count, int positions, int moving)) {
  const int channel = blockIdx.x * 4 + threadIdx.y;
  if (channel >= channels) {
    return;
  }
  double sum;
  double products;
  sumSplits(partial + channel * splits, splits, sum, products);
  if (threadIdx.x == 0) {
    const double inverse = moments[channel].inverse;
    const double factor = scale[channel] * inverse;
    const double values = static_cast<double>(count) * positions;
    scaleGradient[channel] = static_cast<float>(products * inverse);
    shiftGradient[channel] = static_cast<float>(sum);
    slopes[channel] = moving ? make_float2(static_cast<float>(-factor * inverse * inverse * products / values),
                                           static_cast<float>(-factor * sum / values))
                             : make_float2(0.f, 0.f);
  }
}

// inGradient (+)= g * factor + slope * (x - mean) + constant, zero for images that do not count; with
// skipGradient, skipGradient += g. Gradients may be one buffer: a thread reads before it writes.
KERNEL(norm_gradient, 256, (const float* gradient, const float* __restrict__ in, float* inGradient,
                            float* skipGradient, const Moments* __restrict__ moments,
                            const float* __restrict__ scale, const float* __restrict__ shift,
                            const float2* __restrict__ slopes, Plane plane, int masked, int count,
                            int accumulate)) {
  const int position = blockIdx.x * 8 + threadIdx.y;
  if (position >= plane.positions) {
    return;
  }
  const int channel = blockIdx.y;
  const int image = firstImage(blockIdx.z);
  const int at = offset(plane, channel, position) + image;
  const Moments moment = moments[channel];
  const float factor = scale[channel] * moment.inverse;
  const float added = shift[channel];
  const float2 slope = slopes[channel];
  const Images x = load(in + at);
  const Images g = load(gradient + at);
  Images dx;
#pragma unroll
  for (int v = 0; v < V; v++) {
    const float open = masked && !passes(x.at[v], moment.mean, factor, added) ? 0.f : g.at[v];
    dx.at[v] = image + v < count ? fmaf(open, factor, fmaf(slope.x, x.at[v] - moment.mean, slope.y)) : 0.f;
  }
  if (accumulate) {
    const Images before = load(inGradient + at);
#pragma unroll
    for (int v = 0; v < V; v++) {
      dx.at[v] += before.at[v];
    }
  }
  store(inGradient + at, dx);
  if (skipGradient != nullptr) {
    Images sum = load(skipGradient + at);
#pragma unroll
    for (int v = 0; v < V; v++) {
      sum.at[v] += g.at[v];
    }
    store(skipGradient + at, sum);
  }
}
