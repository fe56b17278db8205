package org.sscspark.data;

import java.io.Serializable;

/**
 * Where a data set came from.
 *
 * @param format the name of the raw format
 * @param location the raw files, or a description of how images were generated
 * @param split the part of the raw data set, empty if it has none
 * @param selection which examples of each class were taken, in words
 */
public record DatasetSource(String format, String location, String split, String selection)
    implements Serializable {}
