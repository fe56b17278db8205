package org.sscspark.pruning;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sscspark.config.Settings;
import org.sscspark.data.Augmentation;
import org.sscspark.engine.FeatureStorage;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.ModelSettings;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.SscSettings;

/**
 * What each method chooses, written down: results that were published with a version can be made
 * again with the next. Gradients are made up, so that no machine's rounding takes part.
 */
class MethodMasksTest {
  private static final FeatureShape INPUT = new FeatureShape(3, 12, 12);
  private static final int CLASSES = 4;

  /** Follows weights, examples and how the loss is computed. */
  private static final GradientSources MADE_UP =
      (loss, data) ->
          new GradientSource() {
            @Override
            public double[] gradient(DoubleBuffer weights, int draw) {
              int how = description().concat(data.description()).hashCode() % 1000;
              double[] gradient = new double[weights.limit()];
              for (int i = 0; i < gradient.length; i++) {
                double before = weights.get((i + gradient.length - 1) % gradient.length);
                gradient[i] =
                    weights.get(i) * before + ((i * 37L + how + 11L * draw) % 101 - 50) / 80.0;
              }
              return gradient;
            }

            @Override
            public String description() {
              return loss.description();
            }
          };

  @ParameterizedTest
  @CsvSource({
    "dense, 1, '', ccd4be3a 0",
    "ssc, 0.2, '', 3b21efc7 0",
    "ssc-shuffled, 0.2, '', 46e62e25 0",
    "group, 0.2, '', d4fc7f03 0",
    "depthwise, 0.2, '', 9c8a363d 0",
    "hetconv, 0.2, '', e38601ad 0",
    "narrow, 0.2, '', 9835ceac 0",
    "x-net, 0.2, '', aa5f878b 0",
    "radix-net, 0.2, '', d385e213 0",
    "butterfly, 0.2, '', 61240396 0",
    "random-uniform, 0.2, '', 51453d72 8acc7a35",
    "random-erk, 0.2, '', 84545d61 4a5747ef",
    "set, 0.2, '', 84545d61 2bdf3d77",
    "rigl, 0.2, '', 84545d61 1bfd9f41",
    "smart-ratio, 0.2, '', 931e1874 b8cebd24",
    "magnitude, 0.2, '', 325e0ed2 3b1c5e8a",
    "snip, 0.2, '', 4f922473 fbb80a86",
    "iterative-snip, 0.2, '', 13a89a38 65c63d41",
    "grasp, 0.2, '', e32a97c2 cb143dbb",
    "synflow, 0.2, '', 43ba9f69 73926d3c",
    "force, 0.2, '', eb47ce1 63562573",
    "random-erk-plus, 0.3, '', 18ed4a8f 823926fb",
    "synflow-l2, 0.2, '', fb45be1c 7c0000cb",
    "prospr, 0.2, '', e71696d5 687c27f8",
    "phew, 0.2, '', b3d83c6e 7e789cf4",
    "npb, 0.2, '', a2006b32 b086ca59",
    "px, 0.2, '', 3e0ab958 f411f924",
    "ntk-sap, 0.2, 'pruning.steps=2', 22f466fb 8e9329ed",
    "phew, 0.1, 'pruning.transform=shuffle', ebca3b14 c0504b1f",
    "snip, 0.1, 'pruning.budget=erk-plus', d19f5b51 54fe5fd0",
    "snip, 0.1, 'pruning.transform=shuffle', 898b9989 b7b66cfa",
    "snip, 0.1, 'pruning.transform=invert', b8c03b0d f2399f01",
    "snip, 0.1, 'pruning.transform=reinitialize', c7da42ed c970b0b3",
    "snip, 0.1, 'pruning.budget=erk', d19f5b51 b1822b10",
    "snip, 0.1, 'pruning.batch-norm=chunk', 7ae9a520 205066c1",
    "snip, 0.1, 'pruning.random-labels=true', e8a1cdbe e749ef6b",
    "snip, 0.1, 'pruning.schedule=linear', cda70f9b 75f20d8a",
    "snip, 0.1, 'pruning.steps=3', 4d73db2c 120f9e61",
    "snip, 0.1, 'pruning.examples-per-class=5', 7ae9a520 93cee492",
    "snip, 0.1, 'pruning.chunk=30', 2ee1b129 a97e42fd",
    "snip, 0.1, 'pruning.temperature=3', 44c1754b 7ca44006",
    "snip, 0.1, 'pruning.augmentation=true', c9d1bc6d 9c833163",
    "force, 0.1, 'pruning.steps=4', c558e2cb 3c302abc",
    "synflow, 0.1, 'pruning.budget=smart-ratio', 6773cf4b 8e166d16",
    "grasp, 0.3, 'pruning.batches=2', 7dc582d6 e15f3f6",
    "ssc, 0.2, 'ssc.fan-in=kept', d9d14744 0"
  })
  void chooses(String method, double density, String setting, String checksums) {
    List<String> arguments =
        setting.isEmpty() ? List.of("model.name=convnet") : List.of("model.name=convnet", setting);
    Settings settings = Settings.load(Optional.empty(), arguments);
    DesignedNetwork designed =
        new NetworkDesign(
                7,
                new Method(method),
                density,
                settings.bind("model", ModelSettings.class),
                settings.bind("ssc", SscSettings.class),
                settings.bind("pruning", PruningSettings.class),
                new EngineSettings("lane", Optional.of("4"), FeatureStorage.FLOAT32),
                Augmentation.cropAndFlip(2))
            .design(INPUT, CLASSES, MADE_UP);
    assertThat(checksum(designed) + " " + checksum(designed.report()))
        .as("supports and initial weights, and the report")
        .isEqualTo(checksums);
  }

  private static String checksum(DesignedNetwork designed) {
    NetworkSpec network = designed.network();
    ParameterLayout layout = ParameterLayout.of(network);
    CRC32 checksum = new CRC32();
    for (Op.Weighted layer : network.weighted()) {
      checksum.update(layout.support(layer.name()).positions().toByteArray());
    }
    float[] parameters = designed.initialParameters();
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * parameters.length);
    bytes.asFloatBuffer().put(parameters);
    checksum.update(bytes.array());
    return Long.toHexString(checksum.getValue());
  }

  private static String checksum(Optional<PruningReport> report) {
    CRC32 checksum = new CRC32();
    // The processor is another one elsewhere.
    String text =
        report.map(PruningReport::toJson).orElse("").replaceAll(", [^,]*, computed by [^\"]*", "");
    checksum.update(text.getBytes(StandardCharsets.UTF_8));
    return Long.toHexString(checksum.getValue());
  }
}
