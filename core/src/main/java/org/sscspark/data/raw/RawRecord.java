package org.sscspark.data.raw;

import java.io.Serializable;

/**
 * One labelled image of a raw data set.
 *
 * @param className its class
 * @param where its file and place in it, for messages
 * @param image raw pixels [channels, height, width] or an encoded file; empty if only labels were
 *     asked for
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on once and never compared.
public record RawRecord(String className, String where, byte[] image) implements Serializable {}
