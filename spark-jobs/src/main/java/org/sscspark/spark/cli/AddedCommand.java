package org.sscspark.spark.cli;

/**
 * A command that a jar of its own adds to the command line: a class with picocli's {@code @Command}
 * and a public constructor without parameters, named in that jar's {@code META-INF/services}.
 */
public interface AddedCommand extends Runnable {}
