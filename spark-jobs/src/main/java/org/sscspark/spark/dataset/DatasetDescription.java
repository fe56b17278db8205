package org.sscspark.spark.dataset;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.sscspark.config.BadInputException;
import org.sscspark.data.Dataset;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.PassedOver;
import org.sscspark.data.ReadingNotes;
import org.sscspark.data.ShardFile;
import org.sscspark.report.Progress;
import org.sscspark.report.Table;

/**
 * What there is to say about a data set.
 *
 * @param kind {@code data set}, to tell it from other things that can be inspected
 * @param checksums {@code not verified}, or {@code verified} if every shard was read, is right and
 *     holds what the manifest says
 */
public record DatasetDescription(
    String kind, String location, DatasetManifest manifest, String checksums) {

  /** Describes a data set from its manifest. */
  public static DatasetDescription of(URI location, DatasetManifest manifest) {
    return new DatasetDescription("data set", location.toString(), manifest, "not verified");
  }

  /**
   * Describes a data set after reading all of it.
   *
   * @throws BadInputException naming what is missing, damaged, more than the manifest says, or
   *     counted otherwise
   */
  public static DatasetDescription verified(
      Configuration configuration, URI location, Dataset dataset, Progress progress) {
    new DatasetVerification(configuration, location, dataset).require(progress);
    return new DatasetDescription("data set", location.toString(), dataset.manifest(), "verified");
  }

  /** Returns the description as text. */
  public String text() {
    List<List<String>> facts = new ArrayList<>();
    facts.add(List.of("location", location));
    facts.add(
        List.of(
            "source",
            "%s %s %s (%s)"
                .formatted(
                    manifest.source().format(),
                    manifest.source().location(),
                    manifest.source().split(),
                    manifest.source().selection())));
    facts.add(
        List.of(
            "images",
            String.format(Locale.ROOT, "%,d of %s", manifest.examples(), manifest.sizes())));
    facts.add(List.of("encoding", manifest.encoding().name().toLowerCase(Locale.ROOT)));
    facts.add(List.of("mean", channels(manifest.mean())));
    facts.add(List.of("std", channels(manifest.std())));
    facts.add(List.of("seed", Long.toString(manifest.seed())));
    facts.add(List.of("checksums", checksums));
    addReading(facts);
    Table overview =
        new Table(
            List.of(Table.Column.text("data set"), Table.Column.text(manifest.name())), facts);
    return overview.text() + "\n" + classes().text() + "\n" + shards().text();
  }

  /** What was not taken as it was, if there is anything. */
  private void addReading(List<List<String>> facts) {
    ReadingNotes reading = manifest.reading();
    if (reading.turned() > 0) {
      facts.add(
          List.of(
              "turned upright",
              String.format(Locale.ROOT, "%,d, as their EXIF data ask", reading.turned())));
    }
    if (reading.leftOut() > 0) {
      facts.add(
          List.of(
              "left out",
              String.format(
                  Locale.ROOT,
                  "%,d that cannot be decoded, listed in %s",
                  reading.leftOut(),
                  ReadingNotes.LEFT_OUT_FILE)));
    }
    for (PassedOver kind : reading.passedOver()) {
      facts.add(
          List.of(
              "passed over",
              String.format(
                  Locale.ROOT, "%,d %s, as %s", kind.count(), kind.kind(), kind.example())));
    }
  }

  private static String channels(List<Double> values) {
    return values.stream()
        .map(value -> String.format(Locale.ROOT, "%.3f", value))
        .collect(Collectors.joining(" "));
  }

  private Table classes() {
    List<List<String>> rows = new ArrayList<>();
    for (int label = 0; label < manifest.classes().size(); label++) {
      rows.add(
          List.of(
              Integer.toString(label),
              manifest.classes().get(label),
              count(manifest.classCounts().get(label))));
    }
    return new Table(
        List.of(
            Table.Column.number("label"),
            Table.Column.text("class"),
            Table.Column.number("images")),
        rows);
  }

  /** A class that a selection leaves nothing of stands out. */
  private static String count(long images) {
    return images == 0 ? "-" : String.format(Locale.ROOT, "%,d", images);
  }

  private Table shards() {
    List<List<String>> rows = new ArrayList<>();
    for (ShardFile shard : manifest.shards()) {
      rows.add(
          List.of(
              shard.file(),
              String.format(Locale.ROOT, "%,d", shard.examples()),
              String.format(Locale.ROOT, "%,d", shard.bytes()),
              shard.sha256().substring(0, 16)));
    }
    return new Table(
        List.of(
            Table.Column.text("shard"),
            Table.Column.number("images"),
            Table.Column.number("bytes"),
            Table.Column.text("SHA-256")),
        rows);
  }
}
