/** Pruning at initialisation on a cluster: gradients of scoring examples. */
package org.sscspark.spark.prune;
