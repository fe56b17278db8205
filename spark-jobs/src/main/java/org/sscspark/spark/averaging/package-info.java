/**
 * Synchronous parameter averaging on Spark: each round is one job of tasks that are pure functions
 * of what the driver broadcast, reduced by a mean in a fixed order.
 */
package org.sscspark.spark.averaging;
