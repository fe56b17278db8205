package org.sscspark.spark.compare;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.report.Chart;
import org.sscspark.storage.Storage;
import org.sscspark.storage.TextFiles;

/**
 * Writes what a page of documentation shows of a comparison; {@link PublishedComparison} reads it.
 */
public final class PublishedTables {
  /** The tables for a page, in their folder. */
  private static final String TABLES = "tables.md";

  private PublishedTables() {}

  /**
   * Writes tables and pictures for a page of documentation. No seconds of trials are in them, so
   * equal trials of equal plans give equal bytes; times of steps that a plan rests on are.
   *
   * @param folder is made if need be; one that holds tables has them replaced
   * @return the part of the page, in Markdown
   * @throws BadInputException if the folder is that of a comparison or holds anything but tables,
   *     or has results that this comparison has not or has otherwise; then nothing is written
   */
  public static String write(Configuration configuration, Comparison comparison, URI folder)
      throws IOException {
    TextFiles files = new TextFiles(Storage.fileSystem(configuration, folder), new Path(folder));
    requireNothingLost(configuration, comparison, folder, files);
    String page = new ComparisonPage(comparison).markdown();
    ObjectNode json = comparison.json();
    json.remove(ComparisonDocument.TIMES);
    // First what tells a folder of tables, so that one left half-way may be written again.
    ComparisonDocument.write(files, json);
    files.write(TABLES, page);
    writeResults(files, comparison);
    for (Map.Entry<String, Chart> chart : new ComparisonCharts(comparison).files().entrySet()) {
      files.write(chart.getKey(), chart.getValue().file());
    }
    return page;
  }

  /** Writes the tables for other programs, which hold no times. */
  static void writeResults(TextFiles files, Comparison comparison) throws IOException {
    files.write("comparison.csv", CellFields.RESULTS.csv(comparison.cells()));
    files.write("trials.csv", TrialFields.RESULTS.csv(comparison.rows()));
    files.write("differences.csv", AgainstSsc.of(comparison).csv());
  }

  /** Tables are often all that is left of trials. */
  private static void requireNothingLost(
      Configuration configuration, Comparison comparison, URI folder, TextFiles files)
      throws IOException {
    if (new ComparisonFolder(configuration, folder).holdsOne()) {
      throw new BadInputException(
          "--tables %s is the folder of a comparison, whose own tables have the same names; choose another folder"
              .formatted(folder));
    }
    Optional<PublishedComparison> before = PublishedComparison.at(configuration, folder);
    if (before.isEmpty()) {
      requireEmpty(folder, files);
    }
    Set<String> lost = before.map(one -> one.lostBy(comparison)).orElse(Set.of());
    if (!lost.isEmpty()) {
      throw new BadInputException(
          "--tables %s has results of trials that this comparison has not, %s; add it to --merge to keep them, or choose another folder"
              .formatted(folder, String.join(", ", lost)));
    }
    Optional<String> replaced = before.flatMap(one -> one.replacedBy(comparison));
    if (replaced.isPresent()) {
      throw new BadInputException(
          "--tables %s has other results, then and now, of %s; choose another folder, or remove the trial's if it is not to count"
              .formatted(folder, replaced.get()));
    }
  }

  private static void requireEmpty(URI folder, TextFiles files) throws IOException {
    Set<String> names = files.names();
    if (!names.isEmpty()) {
      throw new BadInputException(
          "--tables %s holds other files, such as %s; give a new or empty folder, or one that --tables wrote"
              .formatted(folder, names.iterator().next()));
    }
  }
}
