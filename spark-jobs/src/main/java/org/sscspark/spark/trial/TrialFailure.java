package org.sscspark.spark.trial;

/**
 * Why a trial could not continue.
 *
 * @param reason one line
 * @param isResult whether the trial's own settings are the reason, so that it would end alike if it
 *     were repeated: it diverged, or they are impossible. A lost shard or a full disk is no result
 */
public record TrialFailure(String reason, boolean isResult) {}
