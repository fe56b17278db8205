package org.sscspark.data.augmentation;

import java.io.Serializable;
import org.sscspark.config.Choice;

/**
 * A random change of training images besides crops and flips: one element of the setting {@code
 * train.augmentation.changes}. Each draws from a stream of its own, named by the seed, the epoch,
 * the example (or the minibatch) and its type, so adding one changes no other's draws. Records of
 * other jars are found as {@link Choice} says.
 */
public sealed interface ImageChange extends Choice, Serializable
    permits RegionChoice, PixelChange, MinibatchChange {}
