/** Random changes of training images besides crops and flips. */
package org.sscspark.data.augmentation;
