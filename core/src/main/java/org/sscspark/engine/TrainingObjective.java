package org.sscspark.engine;

/**
 * What training makes small: the mean over a minibatch of the cross-entropy with label smoothing.
 *
 * @param labelSmoothing as {@link SoftmaxCrossEntropy} has it
 */
public record TrainingObjective(double labelSmoothing) {}
