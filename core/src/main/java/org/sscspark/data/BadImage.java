package org.sscspark.data;

import java.io.Serializable;

/**
 * An image that cannot be used.
 *
 * @param id its number in the raw data set
 * @param file where it is
 * @param reason why it cannot be used, in words that fit into brackets
 */
public record BadImage(long id, String file, String reason) implements Serializable {
  private static final long serialVersionUID = 1L;
}
