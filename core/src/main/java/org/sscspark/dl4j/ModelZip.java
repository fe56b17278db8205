package org.sscspark.dl4j;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.sscspark.config.BadInputException;
import org.sscspark.engine.nd4j.HostMemory;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;
import org.sscspark.storage.TimelessEntry;

/**
 * A network with its parameters and updater state as a DL4J model zip, which {@link
 * ModelSerializer#restoreComputationGraph(InputStream)} opens. Equal models give equal bytes.
 *
 * @param network the network
 * @param parameters its flat vector
 * @param updater the updater with which DL4J would resume
 * @param updaterState the updater's flat state; empty if it has none
 * @param l2 the coefficient of L2 regularisation; of weights only
 * @param iterations the steps that the updater's state comes from, by which Adam corrects it
 * @param epochs how many are complete
 */
@SuppressWarnings("ArrayRecordComponent") // Handed to its only reader.
public record ModelZip(
    NetworkSpec network,
    float[] parameters,
    IUpdater updater,
    float[] updaterState,
    double l2,
    int iterations,
    int epochs) {
  /**
   * Checks the parameters.
   *
   * @throws IllegalArgumentException if the network has another number of them
   */
  public ModelZip {
    int size = ParameterLayout.of(network).size();
    if (parameters.length != size) {
      throw new IllegalArgumentException(
          "The network has " + size + " parameters, was given " + parameters.length);
    }
  }

  /** Writes the model, and leaves the stream open. */
  public void writeTo(OutputStream stream) throws IOException {
    ComputationGraphConfiguration configuration =
        SparseGraph.configuration(network, updater, l2, 0);
    configuration.setIterationCount(iterations);
    configuration.setEpochCount(epochs);
    ZipOutputStream zip = new ZipOutputStream(stream);
    put(
        zip,
        ModelSerializer.CONFIGURATION_JSON,
        configuration.toJson().getBytes(StandardCharsets.UTF_8));
    put(zip, ModelSerializer.COEFFICIENTS_BIN, bytes(parameters));
    if (updaterState.length > 0) {
      put(zip, ModelSerializer.UPDATER_BIN, bytes(updaterState));
    }
    zip.finish();
  }

  private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    zip.putNextEntry(TimelessEntry.named(name));
    zip.write(bytes);
    zip.closeEntry();
  }

  private static byte[] bytes(float[] values) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(4 * values.length + 256);
    try (INDArray row = Nd4j.create(values, new long[] {1, values.length}, 'c')) {
      Nd4j.write(row, new DataOutputStream(bytes));
    }
    return bytes.toByteArray();
  }

  /**
   * Reads a model that {@link #writeTo}, or DL4J after it, wrote.
   *
   * @throws BadInputException if the zip is damaged or holds no {@link SparseTrunk}
   * @throws IOException if the stream cannot be read
   */
  public static ModelZip read(InputStream stream) throws IOException {
    Map<String, byte[]> entries = entries(stream);
    String json =
        new String(entry(entries, ModelSerializer.CONFIGURATION_JSON), StandardCharsets.UTF_8);
    ComputationGraphConfiguration configuration = configuration(json);
    SparseTrunk trunk = trunk(configuration);
    float[] parameters = floats(entries, ModelSerializer.COEFFICIENTS_BIN);
    if (parameters.length != trunk.layout().size()) {
      throw damaged(
          "it has " + parameters.length + " parameters for a network of " + trunk.layout().size());
    }
    float[] state =
        entries.containsKey(ModelSerializer.UPDATER_BIN)
            ? floats(entries, ModelSerializer.UPDATER_BIN)
            : new float[0];
    return new ModelZip(
        trunk.network(),
        parameters,
        trunk.getIUpdater(),
        state,
        l2(trunk),
        configuration.getIterationCount(),
        configuration.getEpochCount());
  }

  private static double l2(SparseTrunk trunk) {
    return trunk.getRegularization().stream()
        .filter(L2Regularization.class::isInstance)
        .mapToDouble(term -> ((L2Regularization) term).getL2().valueAt(0, 0))
        .sum();
  }

  private static Map<String, byte[]> entries(InputStream stream) throws IOException {
    Map<String, byte[]> entries = new HashMap<>();
    try {
      ZipInputStream zip = new ZipInputStream(stream);
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.put(entry.getName(), zip.readAllBytes());
      }
    } catch (ZipException | EOFException e) {
      throw damaged(e.getMessage(), e);
    }
    return entries;
  }

  private static ComputationGraphConfiguration configuration(String json) {
    try {
      return ComputationGraphConfiguration.fromJson(json);
    } catch (RuntimeException e) {
      throw damaged("its configuration is no DL4J graph", e);
    }
  }

  private static SparseTrunk trunk(ComputationGraphConfiguration configuration) {
    if (configuration.getVertices().get(SparseGraph.TRUNK) instanceof LayerVertex vertex
        && vertex.getLayerConf().getLayer() instanceof SparseTrunk trunk) {
      return trunk;
    }
    throw new BadInputException(
        "The model zip holds no sparse trunk: it was not written by this project");
  }

  private static float[] floats(Map<String, byte[]> entries, String name) throws IOException {
    byte[] bytes = entry(entries, name);
    try (INDArray array = Nd4j.read(new DataInputStream(new ByteArrayInputStream(bytes)))) {
      float[] values = new float[(int) array.length()];
      HostMemory.read(array, values, 0);
      return values;
    } catch (RuntimeException e) {
      throw damaged(name + " is no array", e);
    }
  }

  private static byte[] entry(Map<String, byte[]> entries, String name) {
    byte[] bytes = entries.get(name);
    if (bytes == null) {
      throw damaged("it lacks " + name);
    }
    return bytes;
  }

  private static BadInputException damaged(String what) {
    return damaged(what, null);
  }

  private static BadInputException damaged(String what, Exception cause) {
    return new BadInputException("The model zip is damaged: " + what, cause);
  }
}
