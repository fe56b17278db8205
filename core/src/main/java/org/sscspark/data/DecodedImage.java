package org.sscspark.data;

import org.sscspark.network.FeatureShape;

/**
 * An image in memory.
 *
 * @param pixels unsigned bytes [channels, height, width]
 */
@SuppressWarnings("ArrayRecordComponent") // Handed to its only reader.
public record DecodedImage(FeatureShape shape, byte[] pixels) {}
