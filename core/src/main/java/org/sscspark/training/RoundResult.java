package org.sscspark.training;

/**
 * What one worker made of a round. The arrays are the result's own.
 *
 * @param parameters after the last step; the starting ones if there was no step
 * @param optimizerState after the last step
 * @param tally of the worker's examples in this round
 * @param phases where its time went
 */
@SuppressWarnings("ArrayRecordComponent") // Large vectors, handed to their only reader.
public record RoundResult(
    float[] parameters, float[] optimizerState, Tally tally, PhaseSeconds phases) {}
