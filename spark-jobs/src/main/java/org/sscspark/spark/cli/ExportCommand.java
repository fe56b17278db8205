package org.sscspark.spark.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Location;
import org.sscspark.exchange.OnnxFile;
import org.sscspark.exchange.PortableModel;
import org.sscspark.report.NetworkArrays;
import org.sscspark.report.NumpyArchive;
import org.sscspark.spark.evaluate.CheckpointChoice;
import org.sscspark.spark.evaluate.CheckpointSearch;
import org.sscspark.spark.evaluate.Dl4jModel;
import org.sscspark.spark.evaluate.FoundCheckpoint;
import org.sscspark.spark.evaluate.ParameterChoice;
import org.sscspark.spark.evaluate.SavedModel;
import org.sscspark.storage.FileContent;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a checkpoint's parameters for other programs. */
@Command(
    name = "export",
    description = {
      "Writes a checkpoint for other programs: the model as ONNX (opset 15, free batch dimension), "
          + "parameters and supports for NumPy, the model for DL4J.",
      "NumPy's weights are dense, [filters, channels, height, width], with zeros where none exist; "
          + "input.mean and input.std say how pixels are normalised."
    })
final class ExportCommand extends SscCommand {
  @NamesPlace
  @Option(
      names = "--checkpoint",
      required = true,
      paramLabel = "URI",
      description = "A checkpoint, or a run's folder for its best or else last checkpoint.")
  private String checkpoint;

  @Mixin private final ParametersOption parameters = new ParametersOption();

  @ArgGroup(exclusive = false, multiplicity = "1")
  private Files files;

  /** What is written: one or more. */
  static final class Files {
    @NamesPlace(ofThisMachine = true)
    @Option(names = "--onnx", paramLabel = "FILE", description = "The model as ONNX.")
    private Optional<String> onnx;

    @NamesPlace(ofThisMachine = true)
    @Option(names = "--npz", paramLabel = "FILE", description = "A NumPy archive of all arrays.")
    private Optional<String> npz;

    @NamesPlace(ofThisMachine = true)
    @Option(
        names = "--model-zip",
        paramLabel = "FILE",
        description = "A model for DL4J, with the updater's state; needs ND4J's native libraries.")
    private Optional<String> modelZip;
  }

  @Mixin private final OnnxOptions onnxOptions = new OnnxOptions();

  @Override
  protected void run() throws IOException {
    if (parameters.choice() == ParameterChoice.AVERAGE && files.modelZip.isPresent()) {
      throw new BadInputException(
          "--model-zip is for training on, with the updater's state, which belongs to the trained"
              + " parameters; leave out --parameters average, or export --onnx or --npz");
    }
    if (files.onnx.isEmpty()) {
      onnxOptions.reject();
    }
    FoundCheckpoint found =
        new CheckpointSearch(hadoop(), CheckpointChoice.BEST_OR_LAST, parameters.choice())
            .one(Location.of(checkpoint));
    OutputFiles outputs = new OutputFiles().reading(found);
    List<Export> exports = new ArrayList<>();
    if (files.onnx.isPresent()) {
      exports.add(new Export("onnx", outputs.add("--onnx", files.onnx.get()), onnx(found.model())));
    }
    if (files.npz.isPresent()) {
      exports.add(new Export("npz", outputs.add("--npz", files.npz.get()), npz(found.model())));
    }
    if (files.modelZip.isPresent()) {
      exports.add(
          new Export(
              "modelZip", outputs.add("--model-zip", files.modelZip.get()), Dl4jModel.of(found)));
    }
    outputs.makeFolders();
    String folder = found.checkpoint().folder().toString();
    Map<String, String> document = new LinkedHashMap<>();
    document.put("checkpoint", folder);
    document.put("parameters", parameters.choice().name().toLowerCase(Locale.ROOT));
    for (Export export : exports) {
      export.file.write(export.content);
      document.put(export.kind, export.file.toString());
    }
    String written =
        exports.stream().map(export -> export.file.toString()).collect(Collectors.joining(" and "));
    print(document, "Wrote " + folder + " to " + written);
  }

  /** A file that is asked for. */
  private record Export(String kind, OutputFile file, FileContent content) {}

  private FileContent onnx(SavedModel saved) {
    PortableModel model = saved.portable();
    return out -> OnnxFile.write(model, onnxOptions.form(), out);
  }

  private static FileContent npz(SavedModel saved) {
    return out -> {
      try (NumpyArchive archive = new NumpyArchive(out)) {
        NetworkArrays.add(archive, saved.network(), saved.state().parameters());
        NetworkArrays.addInput(archive, saved.input().normalization(), saved.input().classes());
      }
    };
  }
}
