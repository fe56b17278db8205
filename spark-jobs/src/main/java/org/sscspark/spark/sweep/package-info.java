/** Hyper-parameter search as a Spark job: what to try, run as trials, recorded and reported. */
package org.sscspark.spark.sweep;
