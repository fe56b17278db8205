package org.sscspark.exchange;

import java.util.List;
import org.sscspark.data.Normalization;
import org.sscspark.network.NetworkSpec;

/**
 * A model with all that is needed to use it, and nothing of its training.
 *
 * @param network the network
 * @param parameters its flat vector
 * @param classes the name of each class, in the order of the logits
 * @param normalization how pixels become the network's input
 */
@SuppressWarnings("ArrayRecordComponent") // Handed to its only reader.
public record PortableModel(
    NetworkSpec network, float[] parameters, List<String> classes, Normalization normalization) {
  public PortableModel {
    classes = List.copyOf(classes);
  }
}
