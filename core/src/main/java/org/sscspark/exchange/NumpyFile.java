package org.sscspark.exchange;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.sscspark.config.BadInputException;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.pattern.Support;

/**
 * Parameters in a NumPy archive, by the names that {@code export --npz} gives them: {@code
 * OPERATOR.weight}, {@code OPERATOR.support} and so on. Arrays are single or double precision or
 * boolean, little-endian, in C order; a layer without a support array has all its weights.
 */
public final class NumpyFile {
  private static final String ENDING = ".npy";
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern TYPE = Pattern.compile("'descr': *'([^']*)'");
  private static final Pattern FORTRAN = Pattern.compile("'fortran_order': *True");
  private static final Pattern SHAPE = Pattern.compile("'shape': *\\(([^)]*)\\)");
  private static final Pattern LENGTH = Pattern.compile("[0-9]+");
  private static final String SUPPORT = ".support";

  /** Behind the magic number: the version, of which the first byte counts. */
  private static final int VERSION_BYTES = 2;

  private final String name;
  private final Map<String, float[]> arrays = new HashMap<>();

  /** Of each weight, whether it is kept: 0 if not. */
  private final Map<String, byte[]> supports = new HashMap<>();

  private final Map<String, ArrayShape> shapes = new HashMap<>();

  private NumpyFile(String name) {
    this.name = name;
  }

  /**
   * Reads an archive.
   *
   * @param name what the file is called, for messages
   * @throws BadInputException if it is no such archive
   */
  public static NumpyFile read(InputStream in, String name) throws IOException {
    NumpyFile file = new NumpyFile(name);
    try (ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.getName().endsWith(ENDING)) {
          String array = entry.getName().substring(0, entry.getName().length() - ENDING.length());
          file.add(array, zip.readAllBytes());
        }
      }
    } catch (ZipException | EOFException e) {
      throw new BadInputException(name + " is no NumPy archive: " + e.getMessage(), e);
    }
    if (file.arrays.isEmpty()) {
      throw new BadInputException(name + " is no NumPy archive of parameters: it has no arrays");
    }
    return file;
  }

  private void add(String array, byte[] bytes) {
    if (!Arrays.equals(Arrays.copyOf(bytes, MAGIC.length), MAGIC)) {
      throw new BadInputException(name + ": " + array + " is no NumPy array");
    }
    ByteBuffer values = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    values.position(MAGIC.length);
    String header = header(array, values);
    Matcher type = TYPE.matcher(header);
    if (!type.find()) {
      throw new BadInputException(
          name + ": array " + array + " has no plain type; parameters are float32, supports bool");
    }
    if (FORTRAN.matcher(header).find()) {
      throw new BadInputException(
          name + ": array " + array + " is not in C order; write it with numpy.ascontiguousarray");
    }
    ArrayShape shape = shape(array, header);
    shapes.put(array, shape);
    long count = shape.size();
    switch (type.group(1)) {
      case "<f4" -> {
        requireWhole(array, values, count * Float.BYTES);
        float[] floats = new float[values.remaining() / Float.BYTES];
        values.asFloatBuffer().get(floats);
        arrays.put(array, floats);
      }
      case "<f8" -> {
        requireWhole(array, values, count * Double.BYTES);
        float[] floats = new float[values.remaining() / Double.BYTES];
        for (int i = 0; i < floats.length; i++) {
          floats[i] = (float) values.getDouble();
        }
        arrays.put(array, floats);
      }
      case "|b1" -> {
        requireWhole(array, values, count);
        byte[] flags = new byte[values.remaining()];
        values.get(flags);
        supports.put(array, flags);
      }
      default ->
          throw new BadInputException(
              "%s: array %s has type %s; parameters are float32, supports bool"
                  .formatted(name, array, type.group(1)));
    }
  }

  /** Reads what is before an array's values. */
  private String header(String array, ByteBuffer bytes) {
    try {
      int version = bytes.get();
      bytes.position(MAGIC.length + VERSION_BYTES);
      int length = version == 1 ? Short.toUnsignedInt(bytes.getShort()) : bytes.getInt();
      byte[] header = new byte[Math.min(length, bytes.remaining() + 1)];
      bytes.get(header);
      return new String(header, StandardCharsets.UTF_8);
    } catch (BufferUnderflowException | IllegalArgumentException | NegativeArraySizeException e) {
      throw new BadInputException(
          name + ": array " + array + " ends in its header; write the file again", e);
    }
  }

  private ArrayShape shape(String array, String header) {
    Matcher shape = SHAPE.matcher(header);
    if (!shape.find()) {
      throw new BadInputException(
          name + ": array " + array + " has no shape in its header; write the file again");
    }
    return new ArrayShape(
        LENGTH
            .matcher(shape.group(1))
            .results()
            .map(length -> (int) Math.min(Double.parseDouble(length.group()), Integer.MAX_VALUE))
            .toList());
  }

  private void requireWhole(String array, ByteBuffer values, long bytes) {
    if (values.remaining() != bytes) {
      throw new BadInputException(
          "%s: array %s has %s bytes, its shape needs %s; write the file again"
              .formatted(name, array, values.remaining(), bytes));
    }
  }

  /**
   * The network whose parameters these are, and the parameters.
   *
   * @param dense the architecture with all its weights; the last layer may have other classes here
   * @throws BadInputException if an array is missing or has another shape
   */
  public TrainedNetwork network(NetworkSpec dense) {
    Map<String, Support> sparse = new LinkedHashMap<>();
    NetworkSpec network = ofOurClasses(dense);
    for (Op.Weighted op : network.weighted()) {
      String array = op.name() + SUPPORT;
      if (arrays.containsKey(array)) {
        throw new BadInputException(
            "%s: array %s holds numbers; a support is bool".formatted(name, array));
      }
      byte[] flags = supports.get(array);
      if (flags == null) {
        continue;
      }
      shapes.get(array).require(name + ": " + array, ArrayShape.ofWeights(op));
      BitSet support = new BitSet(flags.length);
      for (int i = 0; i < flags.length; i++) {
        support.set(i, flags[i] != 0);
      }
      if (support.cardinality() < op.prunable()) {
        sparse.put(op.name(), new Support.Explicit(op.support().shape(), support));
      }
    }
    NetworkSpec kept = network.withSupports(sparse);
    NamedArrays named =
        new NamedArrays(
            name, arrays, shapes, "its arrays must have the names that 'export --npz' writes");
    return new TrainedNetwork(kept, named.parameters(kept));
  }

  private NetworkSpec ofOurClasses(NetworkSpec dense) {
    Op last = Classifier.of(dense);
    float[] weights = arrays.get(NamedArrays.name(last.name(), Role.WEIGHT));
    if (weights == null || !(last instanceof Op.FullyConnected layer)) {
      return dense;
    }
    return Classifier.of(dense, weights.length / layer.support().shape().channels());
  }
}
