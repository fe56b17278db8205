/** One replica's training loop: recipe, learning rate, updaters, state, metrics. */
package org.sscspark.training;
