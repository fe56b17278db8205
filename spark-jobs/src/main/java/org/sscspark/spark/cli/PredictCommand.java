package org.sscspark.spark.cli;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Location;
import org.sscspark.config.Settings;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.engine.choice.Engines;
import org.sscspark.spark.dataset.OutPlace;
import org.sscspark.spark.evaluate.ModelSource;
import org.sscspark.spark.predict.PredictColumns;
import org.sscspark.spark.predict.PredictInput;
import org.sscspark.spark.predict.PredictJob;
import org.sscspark.spark.predict.PredictOutcome;
import org.sscspark.spark.predict.TableFormat;
import org.sscspark.storage.DraftFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Predicts images on Spark. */
@Command(
    name = "predict",
    description = {
      "Predicts the images of a data set, a folder, an archive or a table (Parquet) on Spark.",
      "Writes a table: id or path, label, probability, those of the next classes, and error where an "
          + "image cannot be used. Images of other sizes are scaled and cut as shard --resize does it.",
      "Of settings only those of the section engine mean something to it."
    })
final class PredictCommand extends SparkCommand {
  @Mixin private ReadOptions read;

  @NamesPlace
  @Option(
      names = {"--checkpoint", "--model"},
      required = true,
      paramLabel = "URI",
      description =
          "A checkpoint, a run's folder for its best or else last checkpoint, or an ONNX file that"
              + " export wrote.")
  private String checkpoint;

  @Mixin private final ParametersOption parameters = new ParametersOption();

  @NamesPlace
  @Option(
      names = "--data",
      required = true,
      paramLabel = "URI",
      description = "A data set, a folder or an archive of images, an image, or a table (Parquet).")
  private String data;

  @NamesPlace
  @Option(
      names = "--out",
      required = true,
      paramLabel = "URI",
      description = "The table's folder; it must not exist.")
  private String out;

  @Option(
      names = "--as",
      paramLabel = "parquet|csv|json",
      description = "What the table is written as (default: parquet); json has a document a line.")
  private TableFormat format = TableFormat.PARQUET;

  @Option(
      names = "--top",
      paramLabel = "N",
      description = "How many classes a row names, the likeliest first (default: 5).")
  private Optional<Integer> top = Optional.empty();

  @Option(
      names = "--id-column",
      paramLabel = "NAME",
      description = "Of a table: what rows are called (default: path, or else id).")
  private Optional<String> idColumn = Optional.empty();

  @Override
  protected boolean reads(String key) {
    return Settings.isWithin(key, "engine");
  }

  @Override
  protected void run() throws Exception {
    EngineSettings engine = settings().bind("engine", EngineSettings.class);
    Engines.requireKnown(engine.name());
    int wanted = top.orElse(5);
    if (wanted < 1) {
      throw new BadInputException("--top must be positive, was " + wanted);
    }
    URI location = Location.of(out);
    DraftFolder.rejectExisting(hadoop(), location);
    OutPlace.requireOutside(hadoop(), location, Location.of(data));
    ModelSource from = ModelSource.read(hadoop(), Location.of(checkpoint), parameters.choice());
    from.folders().forEach(folder -> OutPlace.requireOutside(hadoop(), location, folder));
    PredictInput input =
        PredictInput.find(
            hadoop(), Location.of(data), from.model().network(), read.limits(), columns());
    int classes = from.model().network().classes();
    if (top.isPresent() && wanted > classes) {
      say("--top %s: a row names all %s classes of the network".formatted(wanted, classes));
    }
    PredictJob job = new PredictJob(from.model(), engine, input, wanted, format, location);
    try (SparkSession session = openSession()) {
      if (isDryRun()) {
        job.check(session);
        Map<String, String> plan = new LinkedHashMap<>();
        plan.put("checkpoint", from.source());
        plan.put("data", input.words());
        plan.put("out", location.toString());
        print(plan, "would predict %s with %s".formatted(input.words(), from.source()));
        return;
      }
      PredictOutcome outcome = job.run(session, progress());
      print(outcome, outcome.text());
    }
  }

  private Optional<PredictColumns> columns() {
    return read.isOfTable() || idColumn.isPresent()
        ? Optional.of(new PredictColumns(read.imageColumn(), idColumn, read.pixels()))
        : Optional.empty();
  }
}
