package org.sscspark.spark.compare;

import org.sscspark.network.SscSettings;

/** SSC by other settings: two that differ are two variants, whatever they are called. */
public record VariantKey(String name, SscSettings ssc) {}
