/** Rules that change parameters by their gradients, and what is done to gradients before. */
package org.sscspark.optimizer;
