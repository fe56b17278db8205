/** The ways to choose weights before training, a class each. */
package org.sscspark.pruning.method;
