/** Images in: sharded data sets, the order of an epoch, augmentation and minibatches. */
package org.sscspark.data;
