/** Who is told of a run: TensorBoard, Spark's metrics, and listeners that users name. */
package org.sscspark.spark.watch;
