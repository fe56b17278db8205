package org.sscspark.data.augmentation;

import org.sscspark.random.RandomStream;

/**
 * Changes a minibatch after normalisation, with its targets, which become soft. What it draws is of
 * the whole minibatch and depends on the seed, the epoch, the worker and the minibatch's number.
 */
public non-sealed interface MinibatchChange extends ImageChange {
  /**
   * Changes a minibatch in place, without allocating.
   *
   * @param random the minibatch's stream
   */
  void change(Blend minibatch, RandomStream random);
}
