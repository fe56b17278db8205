package org.sscspark.spark.bench.cli;

import java.util.List;
import java.util.Optional;
import org.sscspark.config.Location;
import org.sscspark.config.Settings;
import org.sscspark.data.Augmentation;
import org.sscspark.spark.bench.DecodeBenchmark;
import org.sscspark.spark.cli.SscCommand;
import org.sscspark.spark.dataset.DatasetReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Images a second from files to a network's input. */
@Command(
    name = "decode",
    description =
        "Image files of a data set of photographs to a network's input, on all cores: decoded, a"
            + " random part scaled, normalised.")
final class BenchDecodeCommand extends SscCommand {
  @Option(names = "--data", required = true, paramLabel = "URI", description = "The data set.")
  private String data;

  @Option(names = "--side", defaultValue = "224", description = "Of the input; ${DEFAULT-VALUE}.")
  private int side;

  @Option(names = "--seconds", defaultValue = "20", description = "${DEFAULT-VALUE}.")
  private double seconds;

  @Override
  protected void run() {
    Augmentation augmentation =
        Settings.load(
                Optional.empty(),
                List.of(
                    "train.augmentation.resize=" + side,
                    "train.augmentation.crop-padding=0",
                    "train.augmentation.changes=[{ type = random-resized-crop }]"))
            .bind("train.augmentation", Augmentation.class);
    DecodeBenchmark.Result result =
        DecodeBenchmark.run(
            DatasetReference.to(hadoop(), Location.of(data)), augmentation, seconds);
    print(result, result.text());
  }
}
