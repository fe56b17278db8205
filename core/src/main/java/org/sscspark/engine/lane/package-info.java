/**
 * Networks on the CPU in the layout where a vector's floats are examples: every tap of every kernel
 * is one load at a constant offset, so time falls with the number of kept weights.
 */
package org.sscspark.engine.lane;
