/** Sharding on Spark: a raw data set is counted, shuffled and written in parallel. */
package org.sscspark.spark.dataset;
