// Operators that work channel by channel: rectifier, addition, pooling; and how images come in and logits
// go out. Blocks are 32 x 8 threads, one position a row.

__device__ inline void putGradient(float* to, Images value, int accumulate) {
  if (accumulate) {
    const Images before = load(to);
#pragma unroll
    for (int v = 0; v < V; v++) {
      value.at[v] += before.at[v];
    }
  }
  store(to, value);
}

KERNEL(relu, 256, (const float* __restrict__ in, float* __restrict__ out, Plane plane)) {
  const int position = blockIdx.x * 8 + threadIdx.y;
  if (position < plane.positions) {
    const int at = offset(plane, blockIdx.y, position) + firstImage(blockIdx.z);
    Images x = load(in + at);
#pragma unroll
    for (int v = 0; v < V; v++) {
      x.at[v] = x.at[v] < 0.f ? 0.f : x.at[v];
    }
    store(out + at, x);
  }
}

KERNEL(relu_gradient, 256, (const float* __restrict__ gradient, const float* __restrict__ out,
                            float* __restrict__ inGradient, Plane plane, int accumulate)) {
  const int position = blockIdx.x * 8 + threadIdx.y;
  if (position < plane.positions) {
    const int at = offset(plane, blockIdx.y, position) + firstImage(blockIdx.z);
    Images g = load(gradient + at);
    const Images y = load(out + at);
#pragma unroll
    for (int v = 0; v < V; v++) {
      g.at[v] = y.at[v] > 0.f ? g.at[v] : 0.f;
    }
    putGradient(inGradient + at, g, accumulate);
  }
}

KERNEL(add, 256, (const float* __restrict__ left, const float* __restrict__ right, float* __restrict__ out,
                  Plane plane)) {
  const int position = blockIdx.x * 8 + threadIdx.y;
  if (position < plane.positions) {
    const int at = offset(plane, blockIdx.y, position) + firstImage(blockIdx.z);
    Images sum = load(left + at);
    const Images other = load(right + at);
#pragma unroll
    for (int v = 0; v < V; v++) {
      sum.at[v] += other.at[v];
    }
    store(out + at, sum);
  }
}

KERNEL(pass_gradient, 256, (const float* __restrict__ gradient, float* __restrict__ inGradient, Plane plane,
                            int accumulate)) {
  const int position = blockIdx.x * 8 + threadIdx.y;
  if (position < plane.positions) {
    const int at = offset(plane, blockIdx.y, position) + firstImage(blockIdx.z);
    putGradient(inGradient + at, load(gradient + at), accumulate);
  }
}

// A pool's windows: size x size cells, the first of output (0, 0) at (-padding, -padding).
struct Window {
  int size;
  int stride;
  int padding;
};

// The winner is the cell of the window, row by row, with the largest value, the first of equals; one that is
// no number wins. Winners are written where there is memory for them.
KERNEL(max_pool, 256, (const float* __restrict__ in, float* __restrict__ out, int* __restrict__ winners,
                       Plane from, Plane to, Window window)) {
  const int position = blockIdx.x * 8 + threadIdx.y;
  if (position >= to.positions) {
    return;
  }
  const int channel = blockIdx.y;
  const int image = firstImage(blockIdx.z);
  const int height = from.positions / from.width;
  const int top = position / to.width * window.stride - window.padding;
  const int left = position % to.width * window.stride - window.padding;
  const float* source = in + channel * from.channelStride + image;
  Images best = {};
  int winner[V] = {};
  bool found = false;
  for (int cell = 0; cell < window.size * window.size; cell++) {
    const int row = top + cell / window.size;
    const int column = left + cell % window.size;
    if (row < 0 || row >= height || column < 0 || column >= from.width) {
      continue;
    }
    const Images x = load(source + row * from.rowStride + column * from.images);
#pragma unroll
    for (int v = 0; v < V; v++) {
      if (!found || (best.at[v] == best.at[v] && !(x.at[v] <= best.at[v]))) {
        best.at[v] = x.at[v];
        winner[v] = cell;
      }
    }
    found = true;
  }
  store(out + offset(to, channel, position) + image, best);
  if (winners == nullptr) {
    return;
  }
  int* won = winners + (channel * to.positions + position) * to.images + image;
#pragma unroll
  for (int v = 0; v < V; v++) {
    won[v] = winner[v];
  }
}

// An input position collects from the windows that hold it, in their order.
template <typename Share>
__device__ inline void poolGradient(const float* __restrict__ gradient, float* __restrict__ inGradient,
                                    const Plane& from, const Plane& to, const Window& window, int accumulate,
                                    Share share) {
  const int position = blockIdx.x * 8 + threadIdx.y;
  if (position >= from.positions) {
    return;
  }
  const int channel = blockIdx.y;
  const int image = firstImage(blockIdx.z);
  const int row = position / from.width + window.padding;
  const int column = position % from.width + window.padding;
  const int rows = to.positions / to.width;
  Images sum = {};
  for (int y = max(0, (row - window.size + window.stride) / window.stride); y < rows; y++) {
    const int cellRow = row - y * window.stride;
    if (cellRow < 0) {
      break;
    }
    for (int x = max(0, (column - window.size + window.stride) / window.stride); x < to.width; x++) {
      const int cellColumn = column - x * window.stride;
      if (cellColumn < 0) {
        break;
      }
      if (cellRow < window.size && cellColumn < window.size) {
        const Images g =
            load(gradient + channel * to.channelStride + y * to.rowStride + x * to.images + image);
        share(sum, g, channel, y * to.width + x, cellRow * window.size + cellColumn, image);
      }
    }
  }
  putGradient(inGradient + offset(from, channel, position) + image, sum, accumulate);
}

KERNEL(max_pool_gradient, 256, (const float* gradient, const int* winners, float* inGradient, Plane from,
                                Plane to, Window window, int accumulate)) {
  poolGradient(gradient, inGradient, from, to, window, accumulate,
               [&](Images& sum, const Images& g, int channel, int position, int cell, int image) {
                 const int* won = winners + (channel * to.positions + position) * to.images + image;
#pragma unroll
                 for (int v = 0; v < V; v++) {
                   sum.at[v] += won[v] == cell ? g.at[v] : 0.f;
                 }
               });
}

KERNEL(average_pool, 256, (const float* __restrict__ in, float* __restrict__ out, Plane from, Plane to,
                           Window window)) {
  const int position = blockIdx.x * 8 + threadIdx.y;
  if (position >= to.positions) {
    return;
  }
  const int channel = blockIdx.y;
  const int image = firstImage(blockIdx.z);
  const float* source = in + channel * from.channelStride + position / to.width * window.stride * from.rowStride +
                        position % to.width * window.stride * from.images + image;
  Images sum = {};
  for (int row = 0; row < window.size; row++) {
    for (int column = 0; column < window.size; column++) {
      const Images x = load(source + row * from.rowStride + column * from.images);
#pragma unroll
      for (int v = 0; v < V; v++) {
        sum.at[v] += x.at[v];
      }
    }
  }
  const float share = 1.f / static_cast<float>(window.size * window.size);
#pragma unroll
  for (int v = 0; v < V; v++) {
    sum.at[v] *= share;
  }
  store(out + offset(to, channel, position) + image, sum);
}

KERNEL(average_pool_gradient, 256, (const float* gradient, float* inGradient, Plane from, Plane to,
                                    Window window, int accumulate)) {
  const float share = 1.f / static_cast<float>(window.size * window.size);
  poolGradient(gradient, inGradient, from, to, window, accumulate,
               [&](Images& sum, const Images& g, int, int, int, int) {
#pragma unroll
                 for (int v = 0; v < V; v++) {
                   sum.at[v] = fmaf(g.at[v], share, sum.at[v]);
                 }
               });
}

// One block a channel and chunk: its rows share out the positions.
KERNEL(global_pool, 256, (const float* __restrict__ in, float* __restrict__ out, Plane from, Plane to)) {
  __shared__ Images shared[8][WARP];
  const int channel = blockIdx.x;
  const int image = firstImage(blockIdx.y);
  Images sum = {};
  for (int position = threadIdx.y; position < from.positions; position += 8) {
    const Images x = load(in + offset(from, channel, position) + image);
#pragma unroll
    for (int v = 0; v < V; v++) {
      sum.at[v] += x.at[v];
    }
  }
  shared[threadIdx.y][threadIdx.x] = sum;
  __syncthreads();
  if (threadIdx.y == 0) {
    for (int row = 1; row < 8; row++) {
#pragma unroll
      for (int v = 0; v < V; v++) {
        sum.at[v] += shared[row][threadIdx.x].at[v];
      }
    }
#pragma unroll
    for (int v = 0; v < V; v++) {
      sum.at[v] *= 1.f / static_cast<float>(from.positions);
    }
    store(out + channel * to.channelStride + image, sum);
  }
}

KERNEL(global_pool_gradient, 256, (const float* __restrict__ gradient, float* __restrict__ inGradient,
                                   Plane from, Plane to, int accumulate)) {
  const int position = blockIdx.x * 8 + threadIdx.y;
  if (position < from.positions) {
    const int image = firstImage(blockIdx.z);
    Images g = load(gradient + blockIdx.y * to.channelStride + image);
#pragma unroll
    for (int v = 0; v < V; v++) {
      g.at[v] *= 1.f / static_cast<float>(from.positions);
    }
    putGradient(inGradient + offset(from, blockIdx.y, position) + image, g, accumulate);
  }
}

// Writes a square [image][value] to features [value][image]; size is the values of an image.
__device__ inline void putSquare(const float (&square)[WARP][WARP + 1], float* __restrict__ features,
                                 const Plane& plane, int size, int firstValue, int first) {
  for (int i = threadIdx.y; i < WARP; i += 8) {
    const int value = firstValue + i;
    if (value < size) {
      const int channel = value / plane.positions;
      features[offset(plane, channel, value - channel * plane.positions) + first + threadIdx.x] =
          square[threadIdx.x][i];
    }
  }
}

// Turns rows [image][values] around into [channel][position][image]; images from count on repeat the last one
// before it, so that they stay as finite as it is, or become zero. Blocks are 32 x 8 threads and turn
// 32 x 32 squares around in shared memory.
KERNEL(images_in, 256, (const float* __restrict__ rows, float* __restrict__ features, Plane plane, int channels,
                        int count, int repeats)) {
  __shared__ float square[WARP][WARP + 1];
  const int values = channels * plane.positions;
  const int firstValue = blockIdx.x * WARP;
  const int first = blockIdx.y * WARP;
  for (int i = threadIdx.y; i < WARP; i += 8) {
    const int value = firstValue + threadIdx.x;
    const int image = repeats ? min(first + i, count - 1) : first + i;
    const bool counts = image < count && value < values;
    square[i][threadIdx.x] = counts ? rows[static_cast<long long>(image) * values + value] : 0.f;
  }
  __syncthreads();
  putSquare(square, features, plane, values, firstValue, first);
}


// A window of an image's own size: place (y, x) shows (y + down, x + right), from the right if mirrored.
struct alignas(16) Crop {
  int image;
  int down;
  int right;
  int mirrored;
};

// Cuts the minibatch out of the images that the GPU keeps, [image][channel][row][column] in bytes, and turns
// it around as images_in does. A pixel's value is looked up: values are [channel][0 .. 255].
KERNEL(crop_images, 256, (const unsigned char* __restrict__ pixels, const Crop* __restrict__ crops,
                          const float* __restrict__ values, float* __restrict__ features, Plane plane,
                          int channels, int count)) {
  __shared__ float square[WARP][WARP + 1];
  const int height = plane.positions / plane.width;
  const int size = channels * plane.positions;
  const int firstValue = blockIdx.x * WARP;
  const int first = blockIdx.y * WARP;
  const int value = firstValue + threadIdx.x;
  const int channel = value / plane.positions;
  const int position = value - channel * plane.positions;
  const int y = position / plane.width;
  const int x = position - y * plane.width;
  for (int i = threadIdx.y; i < WARP; i += 8) {
    float input = 0.f;
    if (value < size) {
      const Crop crop = crops[min(first + i, count - 1)];
      const int row = y + crop.down;
      const int column = (crop.mirrored ? plane.width - 1 - x : x) + crop.right;
      const bool inside = row >= 0 && row < height && column >= 0 && column < plane.width;
      const long long image = static_cast<long long>(crop.image) * size + channel * plane.positions;
      input = values[channel * 256 + (inside ? pixels[image + row * plane.width + column] : 0)];
    }
    square[i][threadIdx.x] = input;
  }
  __syncthreads();
  putSquare(square, features, plane, size, firstValue, first);
}

// labels[i] = the label of the image of crop i.
KERNEL(take_labels, 256, (const int* __restrict__ all, const Crop* __restrict__ crops, int* __restrict__ labels,
                          int count)) {
  const int i = blockIdx.x * 256 + threadIdx.x;
  if (i < count) {
    labels[i] = all[crops[i].image];
  }
}

// The other way round, for images below count.
KERNEL(images_out, 256, (const float* __restrict__ features, float* __restrict__ rows, Plane plane,
                         int channels, int count)) {
  __shared__ float square[WARP][WARP + 1];
  const int values = channels * plane.positions;
  const int firstValue = blockIdx.x * WARP;
  const int first = blockIdx.y * WARP;
  for (int i = threadIdx.y; i < WARP; i += 8) {
    const int value = min(firstValue + i, values - 1);
    const int channel = value / plane.positions;
    square[threadIdx.x][i] =
        features[offset(plane, channel, value - channel * plane.positions) + first + threadIdx.x];
  }
  __syncthreads();
  for (int i = threadIdx.y; i < WARP; i += 8) {
    const int value = firstValue + threadIdx.x;
    if (first + i < count && value < values) {
      rows[static_cast<long long>(first + i) * values + value] = square[i][threadIdx.x];
    }
  }
}
