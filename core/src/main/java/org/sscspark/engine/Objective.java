package org.sscspark.engine;

/**
 * What training makes small: the mean over a minibatch of the cross-entropy with label smoothing,
 * plus {@code coefficient / 2 * sum of squares} of the parameters.
 *
 * @param labelSmoothing as {@link SoftmaxCrossEntropy} has it
 * @param l2Weights the coefficient of weights
 * @param l2Affine the coefficient of biases and batch-norm scales and shifts
 */
public record Objective(double labelSmoothing, double l2Weights, double l2Affine) {}
