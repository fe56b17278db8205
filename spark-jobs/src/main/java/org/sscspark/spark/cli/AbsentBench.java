package org.sscspark.spark.cli;

import java.util.List;
import org.sscspark.config.BadInputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Stands for the benchmarks where their jar is not on the class path. */
@Command(name = AbsentBench.NAME, description = "Measures this machine; in a checkout only.")
final class AbsentBench implements Runnable {
  static final String NAME = "bench";

  @Unmatched
  @SuppressWarnings("UnusedVariable") // picocli puts there what bench would take
  private List<String> arguments;

  /**
   * Measures nothing.
   *
   * @throws BadInputException always
   */
  @Override
  public void run() {
    throw new BadInputException(
        "the benchmarks are not in the job jar: start them with submit/ssc bench of a checkout,"
            + " which builds theirs");
  }
}
