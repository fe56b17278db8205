package org.sscspark.exchange;

import org.sscspark.network.NetworkSpec;

/**
 * A network and its weights.
 *
 * @param parameters its flat vector
 */
@SuppressWarnings("ArrayRecordComponent") // Handed to its only reader.
public record TrainedNetwork(NetworkSpec network, float[] parameters) {}
