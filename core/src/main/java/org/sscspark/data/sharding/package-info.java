/**
 * From a raw data set to a sharded one: which example goes where, how a shard is written, and how a
 * finished data set appears at once. Independent of what runs the pieces in parallel.
 */
package org.sscspark.data.sharding;
