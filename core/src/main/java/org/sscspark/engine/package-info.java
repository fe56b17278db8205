/** Running a network: what an engine is, independent of how one computes. */
package org.sscspark.engine;
