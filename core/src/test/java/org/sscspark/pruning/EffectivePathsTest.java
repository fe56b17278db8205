package org.sscspark.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.NetworkSummary;
import org.sscspark.network.Op;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;

class EffectivePathsTest {
  /** Backward from the logits, place by place of the dense arrays, in whole numbers. */
  @Property(tries = 100)
  void areWhatCountingFromTheLogitsFinds(
      @ForAll @IntRange(min = 0, max = 100_000) int seed, @ForAll RandomNetworks.Kind kind) {
    NetworkSpec network = new RandomNetworks(seed).network(kind);
    BigInteger count = new Counting(network).paths();
    double log10 = NetworkSummary.of(network).log10Paths();
    if (count.signum() == 0) {
      assertThat(log10).isEqualTo(Double.NEGATIVE_INFINITY);
    } else {
      assertThat(log10).isCloseTo(Math.log10(count.doubleValue()), within(1e-9));
    }
  }

  @Test
  void doNotOverflow() {
    // 600 layers of 10 weights to a channel.
    List<Op> ops = new ArrayList<>();
    String at = NetworkSpec.INPUT;
    for (int layer = 0; layer < 600; layer++) {
      ops.add(
          new Op.FullyConnected(
              "layer" + layer, at, Support.dense(new WeightShape(10, 10, 1, 1)), false));
      at = "layer" + layer;
    }
    NetworkSpec network = new NetworkSpec("deep", new FeatureShape(10, 1, 1), ops);
    assertThat(NetworkSummary.of(network).log10Paths()).isCloseTo(601, within(1e-9));
  }

  @Test
  void effectiveNodesAreFiltersOnAPath() {
    NetworkSpec dense = ModelZoo.named("resnet20", new FeatureShape(3, 8, 8), 10, 1);
    NetworkSummary summary = NetworkSummary.of(dense);
    assertThat(summary.nodes()).isEqualTo(7 * 16 + 7 * 32 + 7 * 64 + 10);
    assertThat(summary.effectiveNodes()).isEqualTo(summary.nodes());
  }

  private static final class Counting {
    private final NetworkSpec network;
    private final Map<String, FeatureShape> shapes;
    private final Map<String, BigInteger> known = new HashMap<>();

    Counting(NetworkSpec network) {
      this.network = network;
      this.shapes = network.shapes();
    }

    BigInteger paths() {
      List<Op> ops = network.ops();
      BigInteger sum = BigInteger.ZERO;
      for (int logit = 0; logit < network.classes(); logit++) {
        sum = sum.add(into(ops.get(ops.size() - 1).name(), logit));
      }
      return sum;
    }

    private BigInteger into(String value, int channel) {
      if (value.equals(NetworkSpec.INPUT)) {
        return BigInteger.ONE;
      }
      String key = value + "/" + channel;
      if (!known.containsKey(key)) {
        known.put(key, count(value, channel));
      }
      return known.get(key);
    }

    private BigInteger count(String value, int channel) {
      Op op = network.ops().stream().filter(o -> o.name().equals(value)).findFirst().orElseThrow();
      BigInteger sum = BigInteger.ZERO;
      if (op instanceof Op.Weighted weighted) {
        String from = op.inputs().get(0);
        FeatureShape in = shapes.get(from);
        WeightShape shape = weighted.support().shape();
        int pixels = op instanceof Op.FullyConnected ? in.height() * in.width() : 1;
        for (int c = 0; c < shape.channels(); c++) {
          for (int row = 0; row < shape.kernelHeight(); row++) {
            for (int column = 0; column < shape.kernelWidth(); column++) {
              if (weighted.support().keeps(channel, c, row, column)
                  && weighted.seesInput(row, column, in)) {
                sum = sum.add(into(from, c / pixels));
              }
            }
          }
        }
        return sum;
      }
      for (String input : op.inputs()) {
        sum = sum.add(into(input, channel));
      }
      return sum;
    }
  }
}
