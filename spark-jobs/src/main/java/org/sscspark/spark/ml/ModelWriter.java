package org.sscspark.spark.ml;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLWriter;
import org.sscspark.checkpoint.CheckpointStore;
import org.sscspark.checkpoint.CheckpointWriter;
import org.sscspark.storage.FileContent;

/**
 * Writes a model: its params as Spark does, and its network as an ordinary checkpoint, with which
 * the commands evaluate, predict, inspect and export work.
 */
final class ModelWriter extends MLWriter {
  static final String CHECKPOINTS = "checkpoints";
  static final String LABELS_FILE = "labels.json";

  private final SscClassificationModel model;

  ModelWriter(SscClassificationModel model) {
    this.model = model;
  }

  @Override
  public void saveImpl(String path) {
    DefaultParamsWriter.saveMetadata(
        model,
        path,
        sc(),
        DefaultParamsWriter.saveMetadata$default$4(),
        DefaultParamsWriter.saveMetadata$default$5());
    Path folder = new Path(path, CHECKPOINTS);
    try {
      Map<String, FileContent> files = new LinkedHashMap<>(model.trained().files());
      byte[] labels = model.labels().json().getBytes(StandardCharsets.UTF_8);
      files.put(LABELS_FILE, out -> out.write(labels));
      CheckpointWriter.begin(
              new CheckpointStore(folder.getFileSystem(sc().hadoopConfiguration()), folder))
          .commit(model.trained().state().progress().globalRound(), Optional.empty(), files);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the network to " + folder, e);
    }
  }
}
