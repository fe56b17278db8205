package org.sscspark.spark.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sscspark.config.Location;
import org.sscspark.report.NetworkArrays;
import org.sscspark.report.NumpyArchive;
import org.sscspark.spark.evaluate.FoundCheckpoint;
import org.sscspark.spark.evaluate.SavedModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes a checkpoint's parameters for other programs. */
@Command(
    name = "export",
    description = {
      "Writes a checkpoint's parameters and supports for NumPy.",
      "Weights are dense, [filters, channels, height, width], with zeros where none exist."
    })
final class ExportCommand extends SscCommand {
  @Option(
      names = "--checkpoint",
      required = true,
      paramLabel = "URI",
      description = "A checkpoint, or a run's folder for its best or else last checkpoint.")
  private String checkpoint;

  @Option(names = "--npz", required = true, paramLabel = "FILE", description = "The file to write.")
  private String npz;

  @Override
  void run() throws IOException {
    FoundCheckpoint found = FoundCheckpoint.one(hadoop(), Location.of(checkpoint));
    OutputFile file = OutputFile.at(npz);
    SavedModel model = found.model();
    file.write(
        out -> {
          try (NumpyArchive archive = new NumpyArchive(out)) {
            NetworkArrays.add(archive, model.network(), model.state().parameters());
          }
        });
    Map<String, String> document = new LinkedHashMap<>();
    document.put("checkpoint", found.checkpoint().folder().toString());
    document.put("npz", file.toString());
    print(document, "Wrote " + found.checkpoint().folder() + " to " + file);
  }
}
