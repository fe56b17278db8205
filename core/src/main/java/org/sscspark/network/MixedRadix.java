package org.sscspark.network;

import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;

/**
 * A layer of a mixed radix system: channels and filters are cut into as many nodes, in order, and a
 * node of the output reads {@code radix} nodes of the input. Layers of a system have the places 1,
 * r1, r1 r2, ..., where the product of all radices is the number of nodes; after one system every
 * output depends on every input, by equally many paths.
 *
 * @param nodes a divisor of the channels and of the filters
 * @param radix how many nodes a node reads, in [1, nodes]
 * @param place the distance of two nodes that a node reads; place x radix divides nodes
 */
record MixedRadix(int nodes, int radix, int place) {
  MixedRadix {
    if (radix < 1 || place < 1 || nodes % (place * radix) != 0) {
      throw new IllegalArgumentException(
          "Place %s and radix %s must divide %s nodes".formatted(place, radix, nodes));
    }
  }

  /** Which nodes a node reads. */
  enum Wiring {
    /**
     * RadiX-Net (Robinett and Kepner, IPDPSW 2019): the sum of cyclic shifts by 0, place, ..,
     * (radix - 1) place.
     */
    SHIFTS {
      @Override
      boolean connects(MixedRadix layer, int output, int input) {
        int distance = Math.floorMod(output - input, layer.nodes);
        return distance % layer.place == 0 && distance / layer.place < layer.radix;
      }
    },
    /**
     * Butterflies, as in the fast Fourier transform (Cooley and Tukey, 1965; Dao et al., ICML
     * 2019): nodes whose numbers, in the system, differ in no digit but the one of this place.
     */
    BUTTERFLY {
      @Override
      boolean connects(MixedRadix layer, int output, int input) {
        int block = layer.place * layer.radix;
        return output / block == input / block && output % layer.place == input % layer.place;
      }
    };

    /** Whether an output node reads an input node. */
    abstract boolean connects(MixedRadix layer, int output, int input);
  }

  /** The kernels of a layer, whole or not at all: what connected nodes hold is all connected. */
  Support support(WeightShape shape, Wiring wiring) {
    int filters = shape.filters() / nodes;
    int channels = shape.channels() / nodes;
    return WholeKernels.of(
        shape, (filter, channel) -> wiring.connects(this, filter / filters, channel / channels));
  }
}
