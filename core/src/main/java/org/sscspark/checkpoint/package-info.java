/** Durable state on any Hadoop file system: run directories and checkpoints. */
package org.sscspark.checkpoint;
