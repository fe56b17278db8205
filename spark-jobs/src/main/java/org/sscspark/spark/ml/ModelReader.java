package org.sscspark.spark.ml;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;
import org.sscspark.checkpoint.Checkpoint;
import org.sscspark.checkpoint.CheckpointStore;
import org.sscspark.config.BadInputException;
import org.sscspark.spark.evaluate.SavedModel;

/** Reads what {@link ModelWriter} wrote. */
final class ModelReader extends MLReader<SscClassificationModel> {
  @Override
  public SscClassificationModel load(String path) {
    DefaultParamsReader.Metadata metadata =
        DefaultParamsReader.loadMetadata(path, sc(), SscClassificationModel.class.getName());
    Path folder = new Path(path, ModelWriter.CHECKPOINTS);
    try {
      CheckpointStore store =
          new CheckpointStore(folder.getFileSystem(sc().hadoopConfiguration()), folder);
      Checkpoint checkpoint =
          store
              .newestValid()
              .orElseThrow(
                  () ->
                      new BadInputException(
                          path + " holds no valid network; save the model again"));
      SscClassificationModel model =
          new SscClassificationModel(
              metadata.uid(), SavedModel.read(store, checkpoint), labels(store, checkpoint));
      metadata.getAndSetParams(model, metadata.getAndSetParams$default$2());
      return model;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the network in " + folder, e);
    }
  }

  private static Labels labels(CheckpointStore store, Checkpoint checkpoint) throws IOException {
    try (InputStream in = store.open(checkpoint, ModelWriter.LABELS_FILE)) {
      return Labels.fromJson(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
