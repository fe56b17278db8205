/**
 * Networks on ND4J's operators: plain, dense arithmetic in [N, C, H, W], the reference for every
 * other engine.
 */
package org.sscspark.engine.nd4j;
