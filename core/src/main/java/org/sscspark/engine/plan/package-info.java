/**
 * How a network is executed, planned once for all engines: which operators are fused, what each
 * value needs around it, in which order steps run, which gradients share a buffer and which taps a
 * layer sums where. An engine brings the arithmetic: a {@link
 * org.sscspark.engine.plan.StepFactory}.
 */
package org.sscspark.engine.plan;
