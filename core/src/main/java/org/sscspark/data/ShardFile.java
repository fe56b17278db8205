package org.sscspark.data;

import java.io.Serializable;

/**
 * One shard of a data set.
 *
 * @param file its path below the data set's folder
 * @param examples the examples in it
 * @param bytes the file's length
 * @param sha256 the file's SHA-256, in hexadecimal
 */
public record ShardFile(String file, int examples, long bytes, String sha256)
    implements Serializable {}
