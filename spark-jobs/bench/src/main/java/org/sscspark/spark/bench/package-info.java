/** Measuring kernels and training steps side by side, in one process. */
package org.sscspark.spark.bench;
