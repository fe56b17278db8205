/** Evaluation of networks on Spark, and what is told about it. */
package org.sscspark.spark.evaluate;
