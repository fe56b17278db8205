package org.sscspark.engine.plan;

import org.sscspark.network.Op;

/**
 * What an engine has to bring: a step of its own for each operator. {@link NetworkPlan#steps} calls
 * it once for each planned step, in order. An operator that an engine lacks does not compile.
 *
 * @param <S> the engine's steps
 */
public interface StepFactory<S> extends Op.Visitor<S, PlannedStep> {}
