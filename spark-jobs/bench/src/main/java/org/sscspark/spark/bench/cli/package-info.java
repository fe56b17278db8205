/** The command bench and its subcommands. */
package org.sscspark.spark.bench.cli;
