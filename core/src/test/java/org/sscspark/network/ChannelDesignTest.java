package org.sscspark.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.config.BadInputException;
import org.sscspark.network.MixedRadix.Wiring;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;

class ChannelDesignTest {
  private static final NetworkSpec RESNET20 =
      ModelZoo.named("resnet20", new FeatureShape(3, 32, 32), 10, 1);

  /** The product of the layers of a system, each times ones for widths, has equal entries. */
  @Property(tries = 50)
  void afterOneSystemAllPathsAreEquallyMany(
      @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 2, max = 4) Integer> radices,
      @ForAll Wiring wiring,
      @ForAll @IntRange(min = 1, max = 3) int widen) {
    int nodes = radices.stream().reduce(1, (a, b) -> a * b);
    int channels = nodes;
    int place = 1;
    long[][] paths = new long[nodes][nodes];
    for (int i = 0; i < nodes; i++) {
      paths[i][i] = 1;
    }
    long expected = 1;
    for (int layer = 0; layer < radices.size(); layer++) {
      int filters = nodes * (layer % 2 == 0 ? widen : 1);
      WeightShape shape = new WeightShape(filters, channels, 1, 1);
      MixedRadix radix = new MixedRadix(nodes, radices.get(layer), place);
      paths = times(radix.support(shape, wiring), paths);
      expected *= channels / nodes;
      channels = filters;
      place *= radices.get(layer);
    }
    for (long[] row : paths) {
      for (long count : row) {
        assertThat(count).isEqualTo(expected);
      }
    }
  }

  private static long[][] times(Support layer, long[][] paths) {
    WeightShape shape = layer.shape();
    long[][] product = new long[shape.filters()][paths[0].length];
    for (int f = 0; f < shape.filters(); f++) {
      for (int c = 0; c < shape.channels(); c++) {
        for (int i = 0; i < paths[c].length && layer.connects(f, c); i++) {
          product[f][i] += paths[c][i];
        }
      }
    }
    return product;
  }

  @Test
  void shiftsAndButterfliesAreTheirDefinitions() {
    assertThat(rows(new MixedRadix(8, 2, 2), Wiring.SHIFTS))
        .containsExactly("06", "17", "02", "13", "24", "35", "46", "57");
    assertThat(rows(new MixedRadix(8, 2, 2), Wiring.BUTTERFLY))
        .containsExactly("02", "13", "02", "13", "46", "57", "46", "57");
    assertThat(rows(new MixedRadix(6, 3, 2), Wiring.BUTTERFLY))
        .containsExactly("024", "135", "024", "135", "024", "135");
  }

  /** The inputs of each output. */
  private static List<String> rows(MixedRadix layer, Wiring wiring) {
    Support support = layer.support(new WeightShape(layer.nodes(), layer.nodes(), 1, 1), wiring);
    List<String> rows = new ArrayList<>();
    for (int f = 0; f < layer.nodes(); f++) {
      StringBuilder row = new StringBuilder();
      for (int c = 0; c < layer.nodes(); c++) {
        row.append(support.connects(f, c) ? Integer.toString(c) : "");
      }
      rows.add(row.toString());
    }
    return rows;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.03, 0.1, 0.33})
  void graphsOfXNetAreOfConstantDegree(double density) {
    NetworkSpec network = new ChannelDesign(RESNET20, density, List.of()).expander(3);

    for (Op.Weighted op : network.weighted()) {
      Support support = op.support();
      WeightShape shape = support.shape();
      boolean byFilter = shape.filters() >= shape.channels();
      List<Integer> degrees = new ArrayList<>();
      for (int node = 0; node < (byFilter ? shape.filters() : shape.channels()); node++) {
        int degree = 0;
        for (int other = 0; other < (byFilter ? shape.channels() : shape.filters()); other++) {
          int filter = byFilter ? node : other;
          int channel = byFilter ? other : node;
          degree += support.connects(filter, channel) ? 1 : 0;
          assertWhole(support, filter, channel);
        }
        degrees.add(degree);
      }
      assertThat(degrees).as(op.name()).containsOnly(degrees.get(0)).doesNotContain(0);
    }
    assertThat(new ChannelDesign(RESNET20, density, List.of()).expander(3)).isEqualTo(network);
    assertThat(new ChannelDesign(RESNET20, density, List.of()).expander(4)).isNotEqualTo(network);
  }

  private static void assertWhole(Support support, int filter, int channel) {
    WeightShape shape = support.shape();
    for (int row = 0; row < shape.kernelHeight(); row++) {
      for (int column = 0; column < shape.kernelWidth(); column++) {
        assertThat(support.keeps(filter, channel, row, column))
            .isEqualTo(support.connects(filter, channel));
      }
    }
  }

  /** Layers of 64 nodes begin at place 1, and each goes on where the one before it ended. */
  @ParameterizedTest
  @ValueSource(doubles = {0.05, 0.06, 0.1})
  void layersTakeThePlacesOfASystemInTurn(double density) {
    NetworkSpec network = new ChannelDesign(RESNET20, density, List.of()).radix();
    int place = 1;
    for (Op.Weighted op : network.weighted()) {
      if (op.support().shape().filters() == 64 && op.support().shape().channels() == 64) {
        List<Integer> read =
            IntStream.range(0, 64).filter(c -> op.support().connects(0, c)).boxed().toList();
        int radix = read.size();
        int at = 64 % (place * radix) == 0 ? place : 1;
        assertThat(read)
            .as(op.name())
            .containsExactlyInAnyOrderElementsOf(
                IntStream.range(0, radix).mapToObj(j -> Math.floorMod(-j * at, 64)).toList());
        place = at * radix == 64 ? 1 : at * radix;
      }
    }
    assertThat(NetworkSummary.of(network).effective()).isEqualTo(NetworkSummary.of(network).kept());
  }

  @Test
  void whatCannotBeMetIsRefused() {
    assertThatThrownBy(() -> new ChannelDesign(RESNET20, 0.03, List.of()).radix())
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(
            "Density 0.03 cannot be met by RadiX-Net's shifts: resnet20 would keep")
        .hasMessageContaining("take a density of 0.0");
    assertThatThrownBy(() -> new ChannelDesign(RESNET20, 0.03, List.of()).butterfly())
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("cannot be met by butterflies");
    assertThatThrownBy(() -> new ChannelDesign(RESNET20, 0.01, List.of()).expander(1))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("cannot be met by X-Net's graphs");
  }
}
