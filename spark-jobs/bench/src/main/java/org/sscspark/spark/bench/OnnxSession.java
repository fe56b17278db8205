package org.sscspark.spark.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import org.sscspark.exchange.OnnxFile;
import org.sscspark.exchange.OnnxForm;
import org.sscspark.exchange.PortableModel;
import org.sscspark.network.FeatureShape;

/** A model in ONNX Runtime, on the CPU. */
final class OnnxSession implements AutoCloseable {
  private final OrtSession.SessionOptions options = new OrtSession.SessionOptions();
  private final OrtSession session;
  private final FeatureShape shape;
  private final String input;
  private final int fileBytes;
  private final FloatBuffer images;

  /**
   * Loads a model.
   *
   * @param capacity the largest minibatch
   */
  OnnxSession(PortableModel model, OnnxForm form, int capacity, int threads) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    OnnxFile.write(model, form, out);
    byte[] file = out.toByteArray();
    fileBytes = file.length;
    shape = model.network().input();
    images =
        ByteBuffer.allocateDirect(capacity * shape.size() * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    try {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      session = OrtEnvironment.getEnvironment().createSession(file, options);
      input = session.getInputNames().iterator().next();
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  static String version() {
    return OrtEnvironment.getEnvironment().getVersion();
  }

  int fileBytes() {
    return fileBytes;
  }

  /**
   * Computes logits.
   *
   * @param batch [count, channels, height, width]; what follows is ignored
   * @return [count][classes]
   */
  float[][] logits(float[] batch, int count) {
    images.clear();
    images.put(batch, 0, count * shape.size()).flip();
    long[] dimensions = {count, shape.channels(), shape.height(), shape.width()};
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), images, dimensions);
        OrtSession.Result result = session.run(Map.of(input, tensor))) {
      return (float[][]) result.get(0).getValue();
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  private static IllegalStateException failed(OrtException e) {
    return new IllegalStateException("ONNX Runtime: " + e.getMessage(), e);
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw failed(e);
    }
    options.close();
  }
}
