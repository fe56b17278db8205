package org.sscspark.spark.trial;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.sscspark.checkpoint.RunComparison;
import org.sscspark.checkpoint.RunRecord;
import org.sscspark.config.BadInputException;
import org.sscspark.config.KebabCase;
import org.sscspark.storage.Lease;
import org.sscspark.storage.TextFiles;
import org.sscspark.training.MetricsJson;

/**
 * A folder of trials that begins with {@code plan.json}: what the work in it is, so that other work
 * does not get into it.
 *
 * @param <P> the plan
 */
public final class PlannedFolder<P> {
  /** The file of the plan. */
  public static final String PLAN = "plan.json";

  /** What sorts of work there are. */
  public enum Work {
    COMPARISON("compare"),
    SWEEP("configuration");

    /** What only its plans have. */
    private final String key;

    Work(String key) {
      this.key = key;
    }

    @Override
    public String toString() {
      return KebabCase.of(this);
    }
  }

  /**
   * How plans of a sort of work are read and compared.
   *
   * @param work which sort
   * @param reader of the plan's text; its second argument says where it was read
   * @param record what of a plan decides whether it may resume in a folder that holds one
   * @param refusal what is said if not: of the folder, and of the difference
   * @param <P> the plan
   */
  public record Kind<P>(
      Work work,
      BiFunction<String, String, P> reader,
      Function<P, RunRecord> record,
      String refusal) {}

  private final Kind<P> kind;
  private final FileSystem fileSystem;
  private final URI location;
  private final TextFiles files;

  /** Refers to a folder, which need not exist. */
  public PlannedFolder(Kind<P> kind, FileSystem fileSystem, URI location) {
    this.kind = kind;
    this.fileSystem = fileSystem;
    this.location = location;
    this.files = new TextFiles(fileSystem, new Path(location));
  }

  /**
   * The plan that the folder holds.
   *
   * @throws BadInputException if it cannot be read, or is that of another sort of work
   */
  public Optional<P> plan() throws IOException {
    Optional<String> text = files.read(PLAN);
    text.ifPresent(this::requireOwn);
    return text.map(own -> kind.reader().apply(own, location + "/" + PLAN));
  }

  private void requireOwn(String text) {
    JsonNode plan;
    try {
      plan = MetricsJson.read(text);
    } catch (IllegalArgumentException e) {
      // Whose it was cannot be told; the reader says what is wrong with it.
      return;
    }
    for (Work other : Work.values()) {
      if (other != kind.work() && plan.has(other.key)) {
        throw new BadInputException(
            "%s holds a %s; give a new folder, or that of a %s"
                .formatted(location, other, kind.work()));
      }
    }
  }

  /**
   * Checks that work by a plan may begin or continue here. Writes nothing.
   *
   * @throws BadInputException if the folder holds something else
   */
  public void requireFor(P plan) throws IOException {
    requireFor(plan, held -> true);
  }

  /**
   * As the other one, where a plan of which nothing has come yet may give way to another.
   *
   * @param binds whether something has come of the plan that is held
   */
  public void requireFor(P plan, Predicate<P> binds) throws IOException {
    Optional<P> held = plan();
    if (held.isEmpty()) {
      files.requireEmpty(kind.work().toString());
      return;
    }
    if (!binds.test(held.get())) {
      return;
    }
    RunComparison comparison =
        new RunComparison(kind.record().apply(held.get()), kind.record().apply(plan));
    Optional<String> difference = comparison.difference();
    if (difference.isPresent()) {
      throw new BadInputException(kind.refusal().formatted(location, difference.get()));
    }
    Optional<String> decoding = comparison.decodingDifference();
    if (decoding.isPresent()) {
      throw new BadInputException(
          "%s holds a %s whose trials were trained on other pixels of its image files: %s; complete it with the program that began it, or choose another folder"
              .formatted(location, kind.work(), decoding.get()));
    }
  }

  /** Holds the work against a second driver. */
  public Lease lease() throws IOException {
    return Lease.take(fileSystem, new Path(location));
  }

  /** Its files. */
  public TextFiles files() {
    return files;
  }

  /** Where it is. */
  public URI location() {
    return location;
  }
}
