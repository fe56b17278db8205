package org.sscspark.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.sscspark.data.Normalization;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.SscDesign;
import org.sscspark.network.SscSettings;
import org.sscspark.pattern.DensityProfile;

class NetworkArraysTest {
  private record Array(String header, ByteBuffer data) {}

  private static Map<String, Array> arrays(byte[] npz) throws IOException {
    Map<String, Array> arrays = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(npz))) {
      for (ZipEntry entry; (entry = zip.getNextEntry()) != null; ) {
        if (!entry.getName().endsWith(".npy")) {
          continue;
        }
        ByteBuffer bytes = ByteBuffer.wrap(zip.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
        byte[] header = new byte[bytes.position(8).getShort()];
        bytes.get(header);
        arrays.put(
            entry.getName().replace(".npy", ""),
            new Array(
                new String(header, StandardCharsets.US_ASCII),
                bytes.slice().order(ByteOrder.LITTLE_ENDIAN)));
      }
    }
    return arrays;
  }

  @Test
  void everyParameterIsThereOnceAtItsDensePlace() throws IOException {
    NetworkSpec dense = ModelZoo.named("convnet", new FeatureShape(3, 8, 8), 5, 1);
    NetworkSpec network = SscDesign.apply(dense, 0.4, SscSettings.of(DensityProfile.UNIFORM));
    ParameterLayout layout = ParameterLayout.of(network);
    float[] parameters = new float[layout.size()];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = i + 1;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (NumpyArchive archive = new NumpyArchive(out)) {
      NetworkArrays.add(archive, network, parameters);
    }
    Map<String, Array> arrays = arrays(out.toByteArray());

    long values = 0;
    double sum = 0;
    for (Map.Entry<String, Array> array : arrays.entrySet()) {
      if (!array.getKey().endsWith(".support")) {
        while (array.getValue().data().hasRemaining()) {
          float value = array.getValue().data().getFloat();
          values += value == 0 ? 0 : 1;
          sum += value;
        }
      }
    }
    assertThat(values).isEqualTo(parameters.length);
    assertThat(sum).isEqualTo(parameters.length * (parameters.length + 1.0) / 2);

    for (Op.Weighted op : network.weighted()) {
      var shape = op.support().shape();
      ByteBuffer support = arrays.get(op.name() + ".support").data();
      ByteBuffer weights = arrays.get(op.name() + ".weight").data().rewind();
      for (int f = 0; f < shape.filters(); f++) {
        for (int c = 0; c < shape.channels(); c++) {
          for (int y = 0; y < shape.kernelHeight(); y++) {
            for (int x = 0; x < shape.kernelWidth(); x++) {
              boolean kept = op.support().keeps(f, c, y, x);
              assertThat(support.get()).isEqualTo((byte) (kept ? 1 : 0));
              assertThat(weights.getFloat() != 0).isEqualTo(kept);
            }
          }
        }
      }
    }
    assertThat(arrays.get("classifier.weight").header()).contains("'shape': (5, ");
  }

  /** Without them an archive's network cannot be asked; a constant channel is divided by one. */
  @Test
  void whatTheNetworkReadsIsSaid() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (NumpyArchive archive = new NumpyArchive(out)) {
      NetworkArrays.addInput(
          archive,
          new Normalization(List.of(120.5, 0.1), List.of(61.25, 0.0)),
          List.of("köln", "a \"b\""));
    }
    Map<String, Array> arrays = arrays(out.toByteArray());

    Array mean = arrays.get("input.mean");
    assertThat(mean.header()).contains("'<f8'", "'shape': (2, )");
    assertThat(mean.data().getDouble()).isEqualTo(120.5);
    assertThat(mean.data().getDouble()).isEqualTo(0.1);
    assertThat(arrays.get("input.std").data().getDouble()).isEqualTo(61.25);
    assertThat(arrays.get("input.std").data().getDouble()).isEqualTo(1);
    assertThat(text(out.toByteArray(), "classes.json")).isEqualTo("[\"köln\",\"a \\\"b\\\"\"]\n");
  }

  private static String text(byte[] npz, String name) throws IOException {
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(npz))) {
      for (ZipEntry entry; (entry = zip.getNextEntry()) != null; ) {
        if (entry.getName().equals(name)) {
          return new String(zip.readAllBytes(), StandardCharsets.UTF_8);
        }
      }
    }
    throw new AssertionError("No " + name);
  }
}
