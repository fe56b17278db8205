package org.sscspark.data.sharding;

import java.io.Serializable;

/**
 * An image on its way to a shard.
 *
 * @param where where it came from, for messages
 * @param image raw pixels or an encoded file, as the raw data set has it
 * @param problem why the image cannot be read; empty if it can
 */
@SuppressWarnings("ArrayRecordComponent") // Shuffled once and never compared.
public record PlacedImage(ExamplePlace place, int label, String where, byte[] image, String problem)
    implements Serializable {}
