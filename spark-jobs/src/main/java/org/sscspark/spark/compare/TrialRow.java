package org.sscspark.spark.compare;

import org.sscspark.spark.trial.TrialResult;

/**
 * A trial in the table of all.
 *
 * @param key the row of the comparison that it belongs to
 */
record TrialRow(CellKey key, TrialResult result) {}
