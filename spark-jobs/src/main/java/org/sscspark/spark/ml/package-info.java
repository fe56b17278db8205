/** Training and predicting as an estimator and a transformer of Spark's {@code spark.ml}. */
package org.sscspark.spark.ml;
