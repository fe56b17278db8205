/** Methods beside each other: equal recipe, data and seeds, one table. */
package org.sscspark.spark.compare;
