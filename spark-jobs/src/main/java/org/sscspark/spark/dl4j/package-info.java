/**
 * Parameter averaging for DL4J's Spark interface: the one package that knows {@code dl4j-spark}. It
 * stands beside the project's own training and shares its rounds' arithmetic.
 */
package org.sscspark.spark.dl4j;
