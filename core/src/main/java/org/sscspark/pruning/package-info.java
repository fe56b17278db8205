/** Pruning at initialisation: the baselines that structured sparse convolution is compared with. */
package org.sscspark.pruning;
