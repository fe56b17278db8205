package org.sscspark.spark.bench.cli;

import org.sscspark.config.Location;
import org.sscspark.spark.bench.ExecutorUsage;
import org.sscspark.spark.cli.SscCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How busy executors were. */
@Command(
    name = "executors",
    description = {
      "How busy the executors of an earlier command were, by Spark's event log.",
      "Spark writes one with SSC_SUBMIT_ARGS='--conf spark.eventLog.enabled=true"
          + " --conf spark.eventLog.dir=FOLDER'."
    })
final class BenchExecutorsCommand extends SscCommand {
  @Option(
      names = "--events",
      required = true,
      paramLabel = "URI",
      description = "The event log: its file, or the folder of one that rolls.")
  private String events;

  @Override
  protected void run() throws Exception {
    ExecutorUsage usage = ExecutorUsage.of(hadoop(), Location.of(events));
    print(usage, usage.text());
  }
}
