package org.sscspark.spark.evaluate;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.sscspark.config.BadInputException;
import org.sscspark.exchange.OnnxFile;
import org.sscspark.exchange.PortableModel;
import org.sscspark.storage.Storage;

/**
 * A model that is only to be used, and where it came from.
 *
 * @param source the folder of a checkpoint, or an ONNX file
 */
public record ModelSource(String source, PortableModel model) {
  /**
   * Reads a checkpoint, a run's best or else last checkpoint, or a file that ends in {@code .onnx}
   * and was written by {@code export}.
   *
   * @throws BadInputException if there is nothing of the kind, or the file has one set of
   *     parameters and others are asked for
   * @throws IOException if the file system fails
   */
  public static ModelSource read(
      Configuration configuration, URI location, ParameterChoice parameters) throws IOException {
    if (!location.getPath().endsWith(".onnx")) {
      FoundCheckpoint found =
          new CheckpointSearch(configuration, CheckpointChoice.BEST_OR_LAST, parameters)
              .one(location);
      return new ModelSource(found.checkpoint().folder().toString(), found.model().portable());
    }
    if (parameters == ParameterChoice.AVERAGE) {
      throw new BadInputException(
          location + " has one set of parameters; leave out --parameters, and give it to 'export'");
    }
    try (InputStream in = Storage.open(configuration, location)) {
      return new ModelSource(location.toString(), OnnxFile.read(in, location.toString()));
    } catch (FileNotFoundException e) {
      throw new BadInputException(
          "Nothing is at " + location + "; give a run, a checkpoint or an .onnx file", e);
    }
  }
}
