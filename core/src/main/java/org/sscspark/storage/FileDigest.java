package org.sscspark.storage;

/**
 * A file as it was written.
 *
 * @param name in its folder
 * @param lengthBytes its length
 * @param sha256 of its bytes, 64 hexadecimal digits
 */
public record FileDigest(String name, long lengthBytes, String sha256) {}
