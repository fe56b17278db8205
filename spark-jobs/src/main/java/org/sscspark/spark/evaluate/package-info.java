/** Evaluation of checkpoints on Spark: finding them, counting answers, and the report. */
package org.sscspark.spark.evaluate;
