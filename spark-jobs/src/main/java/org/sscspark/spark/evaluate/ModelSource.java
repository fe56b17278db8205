package org.sscspark.spark.evaluate;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.sscspark.config.BadInputException;
import org.sscspark.exchange.OnnxFile;
import org.sscspark.exchange.PortableModel;
import org.sscspark.storage.Storage;

/**
 * A model that is only to be used, and where it came from.
 *
 * @param source the folder of a checkpoint, or an ONNX file
 * @param folders those of the checkpoint and of its run, if it is none of a file
 */
public record ModelSource(String source, PortableModel model, List<URI> folders) {
  public ModelSource {
    folders = List.copyOf(folders);
  }

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
    String name = location.getPath().toLowerCase(Locale.ROOT);
    if (name.endsWith(".npz")) {
      throw new BadInputException(
          location + " has weights and no network; give the run that 'train --from' makes of it");
    }
    if (!name.endsWith(".onnx")) {
      FoundCheckpoint found =
          new CheckpointSearch(configuration, CheckpointChoice.BEST_OR_LAST, parameters)
              .one(location);
      URI folder = found.checkpoint().folder().toUri();
      return new ModelSource(
          found.checkpoint().folder().toString(),
          found.model().portable(),
          found.run().map(run -> List.of(folder, run.root().toUri())).orElse(List.of(folder)));
    }
    if (parameters == ParameterChoice.AVERAGE) {
      throw new BadInputException(
          location + " has one set of parameters; leave out --parameters, and give it to 'export'");
    }
    try (InputStream in = Storage.open(configuration, location)) {
      PortableModel model = OnnxFile.read(in, location.toString());
      return new ModelSource(location.toString(), model, List.of());
    } catch (FileNotFoundException e) {
      throw new BadInputException(
          "Nothing is at " + location + "; give a run, a checkpoint or an .onnx file", e);
    }
  }
}
