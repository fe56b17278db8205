package org.sscspark.spark.trial;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.sscspark.checkpoint.RunRecord;
import org.sscspark.config.BadInputException;
import org.sscspark.storage.Lease;
import org.sscspark.storage.TextFiles;

/**
 * A folder of trials that begins with {@code plan.json}: what the work in it is, so that other work
 * does not get into it.
 *
 * @param <P> the plan
 */
public final class PlannedFolder<P> {
  /** The file of the plan. */
  public static final String PLAN = "plan.json";

  /**
   * What sort of work it is.
   *
   * @param name in one word
   * @param reader of the plan's text; its second argument says where it was read
   * @param record what of a plan decides whether it may resume in a folder that holds one
   * @param refusal what is said if not: of the folder, and of the difference
   * @param <P> the plan
   */
  public record Kind<P>(
      String name,
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
   * @throws BadInputException if it cannot be read
   */
  public Optional<P> plan() throws IOException {
    return files.read(PLAN).map(text -> kind.reader().apply(text, location + "/" + PLAN));
  }

  /**
   * Checks that work by a plan may begin or continue here. Writes nothing.
   *
   * @throws BadInputException if the folder holds something else
   */
  public void requireFor(P plan) throws IOException {
    Optional<P> held = plan();
    if (held.isEmpty()) {
      files.requireEmpty(kind.name());
      return;
    }
    RunRecord before = kind.record().apply(held.get());
    RunRecord now = kind.record().apply(plan);
    Optional<String> difference = before.firstDifference(now);
    if (difference.isPresent()) {
      throw new BadInputException(kind.refusal().formatted(location, difference.get()));
    }
    Optional<String> decoding = before.decodingDifference(now);
    if (decoding.isPresent()) {
      throw new BadInputException(
          "%s holds a %s whose trials were trained on other pixels of its image files: %s; complete it with the program that began it, or choose another folder"
              .formatted(location, kind.name(), decoding.get()));
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
