/** Predictions of a trained network for images of any kind, as a table. */
package org.sscspark.spark.predict;
