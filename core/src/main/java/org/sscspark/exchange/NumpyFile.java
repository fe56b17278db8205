package org.sscspark.exchange;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
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
import org.sscspark.pattern.WeightShape;

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

  private final String name;
  private final Map<String, float[]> arrays = new HashMap<>();
  private final Map<String, BitSet> supports = new HashMap<>();

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
    } catch (ZipException e) {
      throw new BadInputException(name + " is no NumPy archive: " + e.getMessage(), e);
    }
    if (file.arrays.isEmpty()) {
      throw new BadInputException(name + " is no NumPy archive of parameters: it has no arrays");
    }
    return file;
  }

  private void add(String array, byte[] bytes) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
      throw new BadInputException(name + ": " + array + " is no NumPy array");
    }
    int version = in.read();
    in.skipNBytes(1);
    ByteBuffer length =
        ByteBuffer.wrap(in.readNBytes(version == 1 ? Short.BYTES : Integer.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    int headerBytes = version == 1 ? Short.toUnsignedInt(length.getShort()) : length.getInt();
    String header = new String(in.readNBytes(headerBytes), StandardCharsets.UTF_8);
    Matcher type = TYPE.matcher(header);
    if (!type.find() || FORTRAN.matcher(header).find()) {
      throw new BadInputException(
          name + ": array " + array + " is not in C order; write it with numpy.ascontiguousarray");
    }
    ByteBuffer values = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
    switch (type.group(1)) {
      case "<f4" -> {
        float[] floats = new float[values.remaining() / Float.BYTES];
        values.asFloatBuffer().get(floats);
        arrays.put(array, floats);
      }
      case "<f8" -> {
        float[] floats = new float[values.remaining() / Double.BYTES];
        for (int i = 0; i < floats.length; i++) {
          floats[i] = (float) values.getDouble();
        }
        arrays.put(array, floats);
      }
      case "|b1" -> {
        BitSet bits = new BitSet(values.remaining());
        for (int i = 0; values.hasRemaining(); i++) {
          bits.set(i, values.get() != 0);
        }
        supports.put(array, bits);
      }
      default ->
          throw new BadInputException(
              "%s: array %s has type %s; parameters are float32, supports bool"
                  .formatted(name, array, type.group(1)));
    }
  }

  /**
   * The network whose parameters these are, and the parameters.
   *
   * @param dense the architecture with all its weights; the last layer may have other classes here
   * @throws BadInputException if an array is missing or has another size
   */
  public TrainedNetwork network(NetworkSpec dense) {
    Map<String, Support> sparse = new LinkedHashMap<>();
    NetworkSpec network = ofOurClasses(dense);
    for (Op.Weighted op : network.weighted()) {
      BitSet support = supports.get(op.name() + ".support");
      WeightShape shape = op.support().shape();
      if (support != null && support.cardinality() < op.prunable()) {
        sparse.put(op.name(), new Support.Explicit(shape, support));
      }
    }
    NetworkSpec kept = network.withSupports(sparse);
    NamedArrays named =
        new NamedArrays(name, arrays, "its arrays must have the names that 'export --npz' writes");
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
