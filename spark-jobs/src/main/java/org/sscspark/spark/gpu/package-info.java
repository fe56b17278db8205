/** Which GPU a task holds, and stages whose tasks hold one each. */
package org.sscspark.spark.gpu;
