package org.sscspark.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.storage.TimeZones;

class NumpyArchiveTest {
  private static void write(OutputStream out) throws IOException {
    try (NumpyArchive archive = new NumpyArchive(out)) {
      archive.add("conv1.weight", new float[] {0, 1.5f, -2, 3, 4, 5}, 2, 1, 1, 3);
      archive.add("conv1.support", BitSet.valueOf(new long[] {0b101110}), 2, 1, 1, 3);
      archive.add("bias", new float[] {7}, 1);
    }
  }

  private static Map<String, byte[]> entries(byte[] zipped) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(zipped))) {
      for (ZipEntry entry; (entry = zip.getNextEntry()) != null; ) {
        entries.put(entry.getName(), zip.readAllBytes());
      }
    }
    return entries;
  }

  @Test
  void writesTheFormatThatNumpyDocuments() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(out);
    Map<String, byte[]> entries = entries(out.toByteArray());
    assertThat(entries.keySet())
        .containsExactly("conv1.weight.npy", "conv1.support.npy", "bias.npy");

    ByteBuffer array = ByteBuffer.wrap(entries.get("conv1.weight.npy"));
    array.order(ByteOrder.LITTLE_ENDIAN);
    assertThat(array.get() & 0xff).isEqualTo(0x93);
    byte[] name = new byte[7];
    array.get(name);
    assertThat(name).isEqualTo(new byte[] {'N', 'U', 'M', 'P', 'Y', 1, 0});
    byte[] header = new byte[array.getShort()];
    array.get(header);
    assertThat(array.position() % 64).isZero();
    assertThat(new String(header, StandardCharsets.US_ASCII))
        .startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1, 1, 3, ), }")
        .endsWith(" \n");
    float[] values = new float[6];
    array.asFloatBuffer().get(values);
    assertThat(values).containsExactly(0, 1.5f, -2, 3, 4, 5);
    assertThat(array.remaining()).isEqualTo(6 * Float.BYTES);
    assertThat(entries.get("conv1.support.npy")).endsWith(0, 1, 1, 1, 0, 1);
  }

  /** Kind: bytes that depend on where they are written. */
  @Test
  void equalArraysGiveEqualBytesInEveryTimeZone() throws Exception {
    assertThat(TimeZones.in("Asia/Tokyo", NumpyArchiveTest::bytes))
        .isEqualTo(TimeZones.in("UTC", NumpyArchiveTest::bytes));
  }

  private static byte[] bytes() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(out);
    return out.toByteArray();
  }

  @Test
  void rejectsShapesThatDoNotFit() {
    NumpyArchive archive = new NumpyArchive(OutputStream.nullOutputStream());
    assertThatThrownBy(() -> archive.add("w", new float[3], 2, 2))
        .hasMessage("Array w has 3 values, its shape [2, 2]");
  }

  @Test
  void numpyReadsIt(@TempDir Path folder) throws Exception {
    assumeThat(python("import numpy")).as("python3 with numpy").isZero();
    Path file = folder.resolve("a.npz");
    try (OutputStream out = Files.newOutputStream(file)) {
      write(out);
    }
    assertThat(
            python(
                """
                import numpy, sys
                a = numpy.load(sys.argv[1])
                assert a['conv1.weight'].dtype == numpy.float32
                assert a['conv1.weight'].tolist() == [[[[0, 1.5, -2]]], [[[3, 4, 5]]]]
                assert a['conv1.support'].tolist() == [[[[0, 1, 1]]], [[[1, 0, 1]]]]
                assert a['bias'].shape == (1,)
                """,
                file.toString()))
        .isZero();
  }

  private static int python(String program, String... arguments) throws Exception {
    ProcessBuilder python = new ProcessBuilder("python3", "-c", program);
    python.command().addAll(List.of(arguments));
    try {
      return python
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      return 127;
    }
  }
}
