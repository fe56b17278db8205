package org.sscspark.engine.plan;

/**
 * What a step reads.
 *
 * @param addsGradient whether backward adds to the value's gradient what an earlier step wrote
 *     there, instead of writing it
 */
public record Operand(PlannedValue value, boolean addsGradient) {}
