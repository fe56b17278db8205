/** One replica's training loop: recipe, learning rate, state, metrics. */
package org.sscspark.training;
