package org.sscspark.spark.dataset;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import org.sscspark.config.BadInputException;
import org.sscspark.data.raw.RawRecord;
import org.sscspark.data.sharding.PartCount;
import org.sscspark.data.sharding.SizeQuestion;
import org.sscspark.data.sharding.SizeSurvey;

/**
 * What a task learns of its rows.
 *
 * @param numbered the classes by number, in the order of numbers
 * @param unlabelled how many rows have no label
 * @param examples some of them in words
 * @param withoutId how many rows have no id, where the table has a column of ids
 */
record TableCount(
    PartCount count,
    TreeMap<Long, String> numbered,
    long unlabelled,
    ArrayList<String> examples,
    long withoutId)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int NAMED = 5;

  /** Counts rows. */
  static TableCount of(TableRecords records, TableRows rows, SizeQuestion question) {
    TreeMap<Long, String> numbered = new TreeMap<>();
    ArrayList<String> examples = new ArrayList<>();
    TreeMap<String, Long> counts = new TreeMap<>();
    SizeSurvey sizes = SizeSurvey.none();
    long unlabelled = 0;
    long withoutId = 0;
    while (records.hasNext()) {
      RawRecord record = records.next();
      RowKey key = records.key();
      withoutId += key.lacksId() ? 1 : 0;
      if (key.className().isEmpty()) {
        unlabelled++;
        if (examples.size() < NAMED) {
          examples.add(rows.whereUnlabelled(key, records.content()));
        }
        continue;
      }
      counts.merge(key.className(), 1L, Long::sum);
      if (rows.numbers()) {
        numbered.put(key.classNumber(), key.className());
      }
      if (question.isOpen(sizes)) {
        sizes = question.add(sizes, record);
      }
    }
    return new TableCount(
        new PartCount(counts, List.of(), sizes), numbered, unlabelled, examples, withoutId);
  }

  /**
   * Checks that all rows of all parts have a label, and an id where there are ids.
   *
   * @throws BadInputException saying how many have not
   */
  static void requireComplete(Collection<TableCount> parts) {
    long unlabelled = parts.stream().mapToLong(TableCount::unlabelled).sum();
    if (unlabelled > 0) {
      List<String> some =
          parts.stream().flatMap(part -> part.examples().stream()).limit(NAMED).toList();
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%,d rows have no label that is a name or a whole number, as %s; leave them out of the table",
              unlabelled,
              some));
    }
    long withoutId = parts.stream().mapToLong(TableCount::withoutId).sum();
    if (withoutId > 0) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%,d rows have no id; give an --id-column in which none is null, or a number beyond 64 bits",
              withoutId));
    }
  }

  /** The classes of all parts in the order of their numbers, if they have numbers. */
  static Optional<List<String>> classes(Collection<TableCount> parts) {
    TreeMap<Long, String> all = new TreeMap<>();
    parts.forEach(part -> all.putAll(part.numbered()));
    return all.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(all.values()));
  }
}
