package org.sscspark.spark.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sscspark.engine.lane.LaneEngine;
import org.sscspark.network.FanIn;
import org.sscspark.network.Initialization;
import org.sscspark.network.NetworkJson;
import org.sscspark.network.NetworkSpec;

/**
 * What another framework is to train: the network, and the images and parameters that {@link
 * ReplicaStep} begins with.
 *
 * @param network dense
 * @param batch images
 * @param losses of the lane engine's first steps
 */
record PeerJob(NetworkSpec network, int batch, int threads, List<Double> losses) {
  /** So many steps are compared: the second shows what the first did to the parameters. */
  private static final int STEPS = 2;

  private static final JsonMapper JSON = new JsonMapper();

  /** A job for this network, whose first losses this computes. */
  static PeerJob of(NetworkSpec network, int batch, int threads) {
    LaneEngine engine = new LaneEngine(threads);
    try (ReplicaStep step = new ReplicaStep(engine.replica(network, batch))) {
      List<Double> losses = new ArrayList<>();
      for (int i = 0; i < STEPS; i++) {
        step.run();
        losses.add(step.loss());
      }
      return new PeerJob(network, batch, threads, losses);
    }
  }

  /**
   * As a peer reads it, in one line.
   *
   * @param values the file that {@link #writeValues} wrote
   */
  String json(Path values) throws JsonProcessingException {
    ObjectNode job = JSON.createObjectNode().put("batch", batch).put("threads", threads);
    job.set("network", JSON.readTree(NetworkJson.write(network)));
    return job.put("values", values.toString()).toString();
  }

  /** Writes images [batch, channels, height, width], then the flat vector, in little-endian. */
  void writeValues(Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(bytes(Minibatches.images(network.input(), batch)));
      out.write(bytes(Initialization.parameters(network, FanIn.KEPT, 0)));
    }
  }

  private static byte[] bytes(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return bytes.array();
  }
}
