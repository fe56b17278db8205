/**
 * Many runs as one piece of work: named by what they are, skipped when done, resumed, scheduled.
 */
package org.sscspark.spark.trial;
