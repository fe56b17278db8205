package org.sscspark.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.config.BadInputException;
import org.sscspark.data.Normalization;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.network.FanIn;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Initialization;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.network.ParameterLayout.Segment;
import org.sscspark.network.SscDesign;
import org.sscspark.network.SscSettings;
import org.sscspark.pattern.DensityProfile;
import org.sscspark.report.NetworkArrays;
import org.sscspark.report.NumpyArchive;

class TransferTest {
  private static final NetworkSpec DENSE = resnet20(32, 10);
  private static final NetworkSpec SSC =
      SscDesign.apply(DENSE, 0.1, SscSettings.of(DensityProfile.UNIFORM));

  private static NetworkSpec resnet20(int side, int classes) {
    return ModelZoo.named("resnet20", new FeatureShape(3, side, side), classes, 0.5);
  }

  private static TrainedNetwork trained(NetworkSpec network) {
    return new TrainedNetwork(network, new RandomNetworks(1).parameters(network));
  }

  @Test
  void theSameArchitectureKeepsEveryWeight() {
    TrainedNetwork trained = trained(SSC);
    Transfer transfer = Transfer.of("run", trained, resnet20(64, 10), 5);

    assertThat(transfer.newClassifier()).isFalse();
    assertThat(transfer.network().input().height()).isEqualTo(64);
    assertThat(transfer.parameters()).isEqualTo(trained.parameters());
  }

  @Test
  void otherClassesGetAClassifierDrawnFromTheSeed() {
    TrainedNetwork trained = trained(SSC);
    NetworkSpec dense = resnet20(32, 4);
    Transfer transfer = Transfer.of("run", trained, dense, 5);

    assertThat(transfer.newClassifier()).isTrue();
    assertThat(transfer.network().classes()).isEqualTo(4);
    ParameterLayout layout = ParameterLayout.of(transfer.network());
    ParameterLayout old = ParameterLayout.of(SSC);
    float[] drawn = Initialization.parameters(transfer.network(), FanIn.DENSE, 5);
    for (Segment segment : layout.segments()) {
      float[] now = values(transfer.parameters(), segment);
      if (segment.op().equals("classifier")) {
        assertThat(now).isEqualTo(values(drawn, segment));
      } else {
        assertThat(now)
            .as(segment.toString())
            .isEqualTo(values(trained.parameters(), old.segment(segment.op(), segment.role())));
      }
    }
  }

  @Test
  void anotherArchitectureIsRefused() {
    TrainedNetwork other = trained(ModelZoo.named("vgg11", DENSE.input(), 10, 0.25));
    assertThatThrownBy(() -> Transfer.of("target/run", other, DENSE, 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("target/run holds vgg11")
        .hasMessageContaining("model.name = resnet20")
        .hasMessageContaining("in layer stem.conv");
    TrainedNetwork wider = trained(ModelZoo.named("resnet20", DENSE.input(), 10, 1));
    assertThatThrownBy(() -> Transfer.of("target/run", wider, DENSE, 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("model.width");
  }

  /** Kind: a cause that is not the one. */
  @ParameterizedTest
  @ValueSource(strings = {"resnet20", "vgg11", "resnet18"})
  void imagesOfOtherChannelsAreNamedAsTheCause(String name) {
    NetworkSpec grey = ModelZoo.named(name, new FeatureShape(1, 32, 32), 10, 0.125);
    NetworkSpec coloured = ModelZoo.named(name, new FeatureShape(3, 32, 32), 10, 0.125);
    assertThatThrownBy(() -> Transfer.of("target/run", trained(grey), coloured, 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("1x32x32")
        .hasMessageContaining("as many channels as it was trained on")
        .hasMessageNotContaining("stem for");
  }

  /** Kind: a remedy that names what is as it should be already. */
  @ParameterizedTest
  @ValueSource(strings = {"resnet18", "resnet50", "mobilenetv2"})
  void imagesThatGetAnotherStemAreNamedAsTheCause(String name) {
    NetworkSpec large = ModelZoo.named(name, new FeatureShape(3, 128, 128), 10, 0.125);
    NetworkSpec small = ModelZoo.named(name, new FeatureShape(3, 32, 32), 10, 0.125);
    for (NetworkSpec from : List.of(large, small)) {
      NetworkSpec dense = from.equals(large) ? small : large;
      assertThatThrownBy(() -> Transfer.of("target/run", trained(from), dense, 1))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("in layer stem.conv; it has another stem for images of 128 pixels")
          .hasMessageContaining("shard --resize")
          .hasMessageNotContaining("model.width");
    }
  }

  @Test
  void anArchiveOfOurOwnIsReadAgain() throws IOException {
    TrainedNetwork trained = trained(SSC);
    NumpyFile file = NumpyFile.read(new ByteArrayInputStream(archive(trained)), "a.npz");
    Transfer transfer = Transfer.of("a.npz", file.network(DENSE), DENSE, 1);

    ParameterLayout layout = ParameterLayout.of(transfer.network());
    ParameterLayout old = ParameterLayout.of(SSC);
    assertThat(layout.size()).isEqualTo(old.size());
    for (Segment segment : layout.segments()) {
      Segment before = old.segment(segment.op(), segment.role());
      if (segment.role() == Role.WEIGHT) {
        assertThat(layout.support(segment.op()).dense(transfer.parameters(), segment.offset()))
            .isEqualTo(old.support(segment.op()).dense(trained.parameters(), before.offset()));
      } else {
        assertThat(values(transfer.parameters(), segment))
            .isEqualTo(values(trained.parameters(), before));
      }
    }
    assertThat(file.network(resnet20(32, 3)).network().classes()).isEqualTo(10);
  }

  @Test
  void filesThatAreNoArchiveOrAnotherOnesAreNamed() throws IOException {
    assertThatThrownBy(() -> NumpyFile.read(new ByteArrayInputStream(new byte[9]), "a.npz"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("a.npz is no NumPy archive");
    byte[] archive = archive(trained(SSC));
    NumpyFile file = NumpyFile.read(new ByteArrayInputStream(archive), "a.npz");
    assertThatThrownBy(() -> file.network(ModelZoo.named("resnet32", DENSE.input(), 10, 0.5)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("a.npz has no stage1.block4.conv1.weight")
        .hasMessageContaining("more; its arrays must have the names that 'export --npz' writes");
    assertThatThrownBy(() -> file.network(ModelZoo.named("resnet20", DENSE.input(), 10, 1)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("it is of another architecture");
  }

  /** Kind: a file cut short, or of types that parameters cannot have; each names the array. */
  @Test
  void damagedArraysAreNamed() throws IOException {
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n";
    byte[] whole = array(header, 6 * Float.BYTES);
    NumpyFile.read(zipped("a.weight", whole), "a.npz");
    for (int length = 0; length < whole.length; length++) {
      assertRefused(Arrays.copyOf(whole, length), "a.weight");
    }
    assertRefused(array(header.replace("'<f4'", "[('x', '<f4')]"), 24), "no plain type");
    assertRefused(array(header.replace("False", "True"), 24), "is not in C order");
    assertRefused(array(header.replace("<f4", "<i8"), 48), "has type <i8");
    assertRefused(array(header.replace("shape", "form"), 24), "has no shape");
    assertRefused(array(header, 28), "has 28 bytes, its shape needs 24");
    byte[] endless = whole.clone();
    endless[6] = 2;
    Arrays.fill(endless, 8, 12, (byte) 0xFF);
    assertRefused(endless, "ends in its header");
    byte[] archive = archive(trained(SSC));
    assertThatThrownBy(
            () ->
                NumpyFile.read(
                    new ByteArrayInputStream(Arrays.copyOf(archive, archive.length / 3)), "a.npz"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("a.npz is no NumPy archive");
  }

  /**
   * Kind: as many values in another order, as TensorFlow keeps kernels: no number of values tells
   * that weights are scrambled.
   */
  @Test
  void arraysOfAnotherShapeAreRefused() throws IOException {
    NetworkSpec two = resnet20(32, 2);
    assertThat(network(two, "stem.conv.weight", "<f4", 8, 3, 3, 3)).isEqualTo(two);
    assertThat(network(two, "classifier.weight", "<f4", 2, 32, 1, 1)).isEqualTo(two);
    assertThat(network(DENSE, "classifier.weight", "<f4", 2, 32).classes()).isEqualTo(2);
    assertShapeRefused("stem.conv.weight", "(3, 3, 3, 8)", "(8, 3, 3, 3)", "numpy.transpose");
    assertShapeRefused("stem.conv.support", "(3, 3, 3, 8)", "(8, 3, 3, 3)", "numpy.transpose");
    assertShapeRefused("classifier.weight", "(32, 2)", "(2, 32)", "numpy.transpose");
    assertShapeRefused("classifier.support", "(32, 2)", "(2, 32)", "numpy.transpose");
    assertShapeRefused("stem.conv.weight", "(8, 27)", "(8, 3, 3, 3)", "numpy.reshape");
    assertShapeRefused("stem.norm.mean", "(8, 1)", "(8,)", "numpy.reshape");
    assertShapeRefused("stem.norm.mean", "(9,)", "(8,)", "another architecture");
  }

  /** Kind: a support that would be passed over, so that zeros become weights. */
  @Test
  void supportsOfNumbersAreRefused() {
    assertThatThrownBy(() -> network(DENSE, "stem.conv.support", "<f4", 8, 3, 3, 3))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("a.npz: array stem.conv.support holds numbers; a support is bool");
  }

  private static void assertShapeRefused(
      String array, String shape, String expected, String remedy) {
    int[] lengths =
        Pattern.compile("[0-9]+")
            .matcher(shape)
            .results()
            .mapToInt(length -> Integer.parseInt(length.group()))
            .toArray();
    String type = array.endsWith("support") ? "|b1" : "<f4";
    assertThatThrownBy(() -> network(resnet20(32, 2), array, type, lengths))
        .isInstanceOf(BadInputException.class)
        .message()
        .contains(
            "a.npz: %s has shape %s where the network has %s; ".formatted(array, shape, expected))
        .contains(remedy)
        .doesNotContain("\n");
  }

  /** The network that is read of a dense one's archive of two classes, one array being another. */
  private static NetworkSpec network(NetworkSpec dense, String array, String type, int... shape)
      throws IOException {
    byte[] archive = archive(trained(resnet20(32, 2)));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipInputStream from = new ZipInputStream(new ByteArrayInputStream(archive));
        ZipOutputStream to = new ZipOutputStream(out)) {
      for (ZipEntry entry = from.getNextEntry(); entry != null; entry = from.getNextEntry()) {
        to.putNextEntry(new ZipEntry(entry.getName()));
        to.write(entry.getName().equals(array + ".npy") ? zeros(type, shape) : from.readAllBytes());
      }
    }
    return NumpyFile.read(new ByteArrayInputStream(out.toByteArray()), "a.npz")
        .network(dense)
        .network();
  }

  private static byte[] zeros(String type, int... shape) throws IOException {
    String lengths = Arrays.toString(shape).replaceAll("[\\[\\]]", "");
    int values = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    return array(
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s,), }\n".formatted(type, lengths),
        type.equals("<f4") ? values * Float.BYTES : values);
  }

  private static void assertRefused(byte[] array, String message) {
    assertThatThrownBy(() -> NumpyFile.read(zipped("a.weight", array), "a.npz"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("a.npz")
        .hasMessageContaining("a.weight")
        .hasMessageContaining(message);
  }

  private static byte[] array(String header, int bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0});
    out.write(header.getBytes(StandardCharsets.US_ASCII));
    out.write(new byte[bytes]);
    return out.toByteArray();
  }

  private static ByteArrayInputStream zipped(String array, byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry(array + ".npy"));
      zip.write(bytes);
    }
    return new ByteArrayInputStream(out.toByteArray());
  }

  private static byte[] archive(TrainedNetwork trained) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (NumpyArchive archive = new NumpyArchive(out)) {
      NetworkArrays.add(archive, trained.network(), trained.parameters());
      NetworkArrays.addInput(
          archive, Normalization.unit(3), List.of("a \"quoted\" name", "köln, rom"));
    }
    return out.toByteArray();
  }

  private static float[] values(float[] parameters, Segment segment) {
    return Arrays.copyOfRange(parameters, segment.offset(), segment.end());
  }
}
