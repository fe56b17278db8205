package org.sscspark.libtorch;

import org.bytedeco.pytorch.Tensor;

/** What an operator of one input computes. */
interface Layer {
  Tensor apply(Tensor in);
}
