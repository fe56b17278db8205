/** The command line: commands, exit codes, and the one place where Spark is started. */
package org.sscspark.spark.cli;
