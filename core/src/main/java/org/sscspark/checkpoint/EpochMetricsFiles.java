package org.sscspark.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.storage.TextFiles;

/** The metrics of a run's epochs, from 1: a file for each, one line of JSON in it. */
public final class EpochMetricsFiles {
  /** Where they are in a run's folder. */
  static final String FOLDER = "metrics";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern NAME = Pattern.compile("epoch-(\\d{4,9})\\.jsonl");

  private final FileSystem fileSystem;
  private final Path root;
  private Optional<Line> newest = Optional.empty();

  private record Line(int epoch, String text) {}

  /** Those of the run in a folder, if there is one. */
  public EpochMetricsFiles(FileSystem fileSystem, Path root) {
    this.fileSystem = fileSystem;
    this.root = root;
  }

  /** The name, in a run's folder, of an epoch's file. */
  public static String name(int epoch) {
    return FOLDER + "/" + String.format(Locale.ROOT, "epoch-%04d.jsonl", epoch);
  }

  /**
   * Writes an epoch's metrics, in place of those of an earlier attempt at the same epoch.
   *
   * @param line JSON without line breaks
   */
  public void write(int epoch, String line) throws IOException {
    new TextFiles(fileSystem, root).write(name(epoch), line + "\n");
    newest = Optional.of(new Line(epoch, line));
  }

  /**
   * Returns the metrics of an epoch, if there are any. What was written last is not read.
   *
   * @throws BadInputException if their file is damaged
   */
  public Optional<JsonNode> read(int epoch) throws IOException {
    Optional<Line> known = newest.filter(line -> line.epoch() == epoch);
    return known.isPresent()
        ? known.map(line -> parse(line.text()))
        : read(new Path(root, name(epoch)));
  }

  /**
   * Returns the metrics of all epochs, in order.
   *
   * @throws BadInputException if the file of some is damaged
   */
  public List<JsonNode> all() throws IOException {
    List<JsonNode> epochs = new ArrayList<>();
    for (FileStatus file : files().values()) {
      read(file.getPath()).ifPresent(epochs::add);
    }
    return epochs;
  }

  /**
   * Returns the epochs whose file is missing or empty.
   *
   * @param trained how many epochs are complete
   */
  public List<Integer> missing(int trained) throws IOException {
    Set<Integer> there = new HashSet<>();
    files()
        .forEach(
            (epoch, file) -> {
              if (file.getLen() > 0) {
                there.add(epoch);
              }
            });
    return IntStream.rangeClosed(1, trained)
        .filter(epoch -> !there.contains(epoch))
        .boxed()
        .toList();
  }

  /** By epoch. */
  private Map<Integer, FileStatus> files() throws IOException {
    Map<Integer, FileStatus> files = new TreeMap<>();
    try {
      for (FileStatus file : fileSystem.listStatus(new Path(root, FOLDER))) {
        Matcher name = NAME.matcher(file.getPath().getName());
        if (name.matches()) {
          files.put(Integer.parseInt(name.group(1)), file);
        }
      }
    } catch (FileNotFoundException e) {
      return Map.of();
    }
    return files;
  }

  private Optional<JsonNode> read(Path file) throws IOException {
    Optional<String> text = new TextFiles(fileSystem, file.getParent()).read(file.getName());
    try {
      return text.map(EpochMetricsFiles::parse);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(
          "Cannot use %s: %s; restore it, or remove the run's folder and train it again"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private static JsonNode parse(String text) {
    try {
      JsonNode epoch = JSON.readTree(text);
      if (!epoch.isObject()) {
        throw new IllegalArgumentException("it is no JSON object");
      }
      return epoch;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("it is not JSON: " + e.getOriginalMessage(), e);
    }
  }
}
