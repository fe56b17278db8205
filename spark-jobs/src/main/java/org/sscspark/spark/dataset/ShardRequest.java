package org.sscspark.spark.dataset;

import java.net.URI;
import org.sscspark.data.sharding.ShardingOptions;

/**
 * What is to be sharded, how, and to where.
 *
 * @param out the data set's folder, which must not exist
 */
public record ShardRequest(ShardInput input, ShardingOptions options, URI out) {}
