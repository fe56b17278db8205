/**
 * Training steps of a dense network in libtorch, asked for by a benchmark of another process.
 *
 * <p>A program of its own: the JavaCPP of libtorch's presets and that of ND4J do not go together.
 */
package org.sscspark.libtorch;
