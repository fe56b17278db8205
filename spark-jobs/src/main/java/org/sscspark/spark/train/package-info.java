/** Training one model: the experiment, its plan, its run directory, and the job itself. */
package org.sscspark.spark.train;
