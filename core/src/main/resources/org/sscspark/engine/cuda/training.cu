// The loss and the optimizers, so that a round of training steps needs no word from the host.

// Softmax and cross-entropy with label smoothing; gradient of the mean over count images. One thread an
// image: logits are [class][image], rows of stride floats. An image's target is its label, or, if distributions
// are given, its row of [image][class]. losses[image] = {loss, 1 if the answer is right};
// both, and the gradient, are zero from count to places.
KERNEL(softmax_loss, 128, (const float* __restrict__ logits, float* __restrict__ gradient,
                           const int* __restrict__ labels, const float* __restrict__ distributions,
                           float2* __restrict__ losses, int stride, int classes, int count, int places,
                           float smoothing)) {
  const int image = blockIdx.x * 128 + threadIdx.x;
  if (image >= places) {
    return;
  }
  if (image >= count) {
    for (int k = 0; k < classes; k++) {
      gradient[k * stride + image] = 0.f;
    }
    losses[image] = make_float2(0.f, 0.f);
    return;
  }
  float largest = logits[image];
  int answer = 0;
  double sumOfLogits = 0;
  for (int k = 0; k < classes; k++) {
    const float logit = logits[k * stride + image];
    sumOfLogits += logit;
    if (logit > largest) {
      largest = logit;
      answer = k;
    }
  }
  double sum = 0;
  for (int k = 0; k < classes; k++) {
    sum += expf(logits[k * stride + image] - largest);
  }
  const int label = labels[image];
  const float* const distribution = distributions == nullptr ? nullptr : distributions + image * classes;
  double expected = 0;
  if (distribution == nullptr) {
    expected = logits[label * stride + image];
  } else {
    for (int k = 0; k < classes; k++) {
      expected += static_cast<double>(distribution[k]) * logits[k * stride + image];
    }
  }
  const double logOfSum = largest + log(sum);
  const double loss = logOfSum - (1 - smoothing) * expected -
                      smoothing / classes * sumOfLogits;
  losses[image] = make_float2(static_cast<float>(loss), answer == label ? 1.f : 0.f);
  const float spread = smoothing / static_cast<float>(classes);
  for (int k = 0; k < classes; k++) {
    const float probability = expf(static_cast<float>(logits[k * stride + image] - logOfSum));
    const float share = distribution == nullptr ? (k == label ? 1.f : 0.f) : distribution[k];
    const float target = (1.f - smoothing) * share + spread;
    gradient[k * stride + image] = (probability - target) / static_cast<float>(count);
  }
}

// outcome = {mean loss, right answers} of a minibatch. One block of 32 x 8 threads.
KERNEL(sum_losses, 256, (const float2* __restrict__ losses, float2* __restrict__ outcome, int count)) {
  __shared__ double sums[2][8];
  double loss = 0;
  double right = 0;
  for (int image = threadIdx.y * WARP + threadIdx.x; image < count; image += 256) {
    loss += losses[image].x;
    right += losses[image].y;
  }
  loss = warpSum(loss);
  right = warpSum(right);
  if (threadIdx.x == 0) {
    sums[0][threadIdx.y] = loss;
    sums[1][threadIdx.y] = right;
  }
  __syncthreads();
  if (threadIdx.x == 0 && threadIdx.y == 0) {
    for (int row = 1; row < 8; row++) {
      loss += sums[0][row];
      right += sums[1][row];
    }
    *outcome = make_float2(static_cast<float>(loss / count), static_cast<float>(right));
  }
}

// Shares of parameters: weights come first, then biases, scales and shifts.
struct Decay {
  float weights;
  float affine;
};

__device__ inline float shareOf(Decay decay, int index, int weights) {
  return index < weights ? decay.weights : decay.affine;
}

// Coupled decay: the rule sees it as a part of the gradient.
__device__ inline float decayed(float gradient, float parameter, int index, int weights, Decay coupled) {
  return gradient + shareOf(coupled, index, weights) * parameter;
}

KERNEL(update_sgd, 256, (float* __restrict__ parameters, const float* __restrict__ gradients, int weights,
                         int trainable, Decay coupled, float rate)) {
  const int i = blockIdx.x * 256 + threadIdx.x;
  if (i < trainable) {
    const float p = parameters[i];
    parameters[i] = p - rate * decayed(gradients[i], p, i, weights, coupled);
  }
}

KERNEL(update_nesterov, 256, (float* __restrict__ parameters, const float* __restrict__ gradients, int weights,
                              int trainable, Decay coupled, float rate, float* __restrict__ state,
                              float momentum)) {
  const int i = blockIdx.x * 256 + threadIdx.x;
  if (i < trainable) {
    const float p = parameters[i];
    const float kept = momentum * state[i];
    const float velocity = kept - rate * decayed(gradients[i], p, i, weights, coupled);
    state[i] = velocity;
    parameters[i] = p - (kept + (-momentum - 1.f) * velocity);
  }
}

// State: [mean | squared mean]. The rate holds the bias corrections.
KERNEL(update_adam, 256, (float* __restrict__ parameters, const float* __restrict__ gradients, int weights,
                          int trainable, Decay coupled, float rate, float* __restrict__ state, float beta1,
                          float beta2, float epsilon, Decay decoupled)) {
  const int i = blockIdx.x * 256 + threadIdx.x;
  if (i < trainable) {
    const float p = parameters[i];
    const float g = decayed(gradients[i], p, i, weights, coupled);
    const float mean = beta1 * state[i] + (1.f - beta1) * g;
    const float square = beta2 * state[trainable + i] + (1.f - beta2) * (g * g);
    state[i] = mean;
    state[trainable + i] = square;
    const float kept = 1.f - shareOf(decoupled, i, weights);
    parameters[i] = p * kept - mean * rate / (sqrtf(square) + epsilon);
  }
}
