package org.sscspark.engine;

/**
 * A window of an image's own size, cut out of the image framed with black: place (y, x) of the
 * window shows the image's (y + down, x + right), or (y + down, width - 1 - x + right) if mirrored;
 * beyond the image's edges pixels are 0.
 *
 * @param image which image, from 0
 */
public record ImageCrop(int image, int down, int right, boolean mirrored) {}
