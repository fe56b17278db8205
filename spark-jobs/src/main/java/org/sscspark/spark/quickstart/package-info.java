/** The whole way in one command: shard, train, evaluate, compare, report. */
package org.sscspark.spark.quickstart;
