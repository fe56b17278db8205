/**
 * Being a good DL4J citizen: a sparse network as one layer of a ComputationGraph, a stand-alone
 * sparse convolution, and model zips.
 */
package org.sscspark.dl4j;
