package org.sscspark.data;

import java.io.Serializable;

/**
 * Files of a raw data set that are no images, of one kind.
 *
 * @param kind an extension such as {@code .webp}, or what the files are
 * @param count how many there are
 * @param example the first of them by name
 */
public record PassedOver(String kind, long count, String example) implements Serializable {
  private static final long serialVersionUID = 1L;
}
