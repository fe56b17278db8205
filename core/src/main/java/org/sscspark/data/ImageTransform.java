package org.sscspark.data;

/** What happens to pixels between a shard and a network: augmentation, then normalisation. */
public record ImageTransform(Augmentation augmentation, Normalization normalization) {}
