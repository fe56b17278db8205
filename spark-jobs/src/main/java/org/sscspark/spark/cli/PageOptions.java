package org.sscspark.spark.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Location;
import org.sscspark.report.MarkdownPage;
import org.sscspark.spark.compare.Comparison;
import org.sscspark.spark.compare.PublishedTables;
import org.sscspark.storage.NewFolder;
import picocli.CommandLine.Option;

/** Options by which a comparison gets into a page of documentation. */
final class PageOptions {
  @NamesPlace
  @Option(
      names = "--tables",
      paramLabel = "URI",
      description = {
        "With --report, or with --merge (which then needs no --out and copies nothing): write tables "
            + "in Markdown and CSV and pictures for a page of documentation into this folder, too."
      })
  private Optional<String> tables = Optional.empty();

  @NamesPlace(ofThisMachine = true)
  @Option(
      names = "--page",
      paramLabel = "FILE",
      description = {
        "With --tables: put them into this Markdown file as well, between its lines "
            + "<!-- tables: NAME --> and <!-- end of tables: NAME -->, NAME being the folder's."
      })
  private Optional<String> page = Optional.empty();

  /** Whether tables are asked for. */
  boolean areGiven() {
    return tables.isPresent() || page.isPresent();
  }

  /**
   * Holds that tables go elsewhere than where they come from: a comparison's own files have the
   * same names.
   *
   * @param read the folders that are read
   * @throws BadInputException if they would go into one of them
   */
  void requireOutside(List<URI> read) {
    if (tables.isEmpty()) {
      return;
    }
    URI folder = Location.of(tables.get());
    for (URI one : read) {
      if (folder.equals(one) || folder.toString().startsWith(one + "/")) {
        throw new BadInputException(
            "--tables %s lies in %s, which is read; choose a folder outside of it"
                .formatted(folder, one));
      }
    }
  }

  /**
   * Writes what was asked for.
   *
   * @throws BadInputException if the page has no place for it; then nothing is written
   */
  void write(Configuration configuration, Comparison comparison) throws IOException {
    if (tables.isEmpty()) {
      if (page.isPresent()) {
        throw new BadInputException("--page needs --tables: the folder of tables and pictures");
      }
      return;
    }
    URI folder = Location.of(tables.get());
    NewFolder.requirePossible(configuration, folder, "--tables");
    if (page.isEmpty()) {
      PublishedTables.write(configuration, comparison, folder);
      return;
    }
    String name = Path.of(folder.getPath()).getFileName().toString();
    OutputFile file = OutputFile.at(page.get());
    String before = read(file);
    MarkdownPage.with(before, file.toString(), name, "");
    String text = PublishedTables.write(configuration, comparison, folder);
    file.write(MarkdownPage.with(before, file.toString(), name, text));
  }

  private static String read(OutputFile file) throws IOException {
    try {
      return Files.readString(file.path());
    } catch (NoSuchFileException e) {
      throw new BadInputException(
          "--page %s is not there; name a Markdown file".formatted(file), e);
    }
  }
}
