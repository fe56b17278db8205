package org.sscspark.spark.ml;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.checkpoint.Checkpoint;
import org.sscspark.checkpoint.CheckpointStore;
import org.sscspark.checkpoint.RunDirectory;
import org.sscspark.config.BadInputException;
import org.sscspark.config.CanonicalJson;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.DatasetSource;
import org.sscspark.data.ImageDecoder;
import org.sscspark.data.sharding.ShardingOptions;
import org.sscspark.data.sharding.ShardingPlan;
import org.sscspark.report.Progress;
import org.sscspark.spark.averaging.TaskSlots;
import org.sscspark.spark.dataset.DatasetReference;
import org.sscspark.spark.dataset.ShardingJob;
import org.sscspark.spark.dataset.TableColumns;
import org.sscspark.spark.dataset.TableSource;
import org.sscspark.spark.evaluate.SavedModel;
import org.sscspark.spark.train.Experiment;
import org.sscspark.spark.train.RunOptions;
import org.sscspark.spark.train.TrainJob;
import org.sscspark.spark.train.TrainOutcome;
import org.sscspark.storage.PublicationConflictException;
import org.sscspark.storage.Sha256;
import org.sscspark.storage.Storage;
import org.sscspark.training.TrainingListener;

/**
 * Where fits keep their data sets and runs. Both are named by what they come from, so the same data
 * are sharded once, and the same fit resumes where it was interrupted, or is found complete.
 */
record WorkFolder(JavaSparkContext spark, URI location) {
  private static final Logger LOG = LoggerFactory.getLogger(WorkFolder.class);
  private static final int NAME_DIGITS = 16;

  /** As {@link Progress#SILENT}, for rounds. */
  private static final TrainingListener NOBODY = new TrainingListener() {};

  /**
   * Returns the data set of a table, which is sharded unless it is there. Its name has the types of
   * the columns, too: numbers have another order than strings of the same look.
   *
   * @throws BadInputException if the table cannot be used, or this is no folder
   */
  URI data(Dataset<Row> table, TableColumns columns, ShardingOptions options) throws IOException {
    requireFolder();
    TableSource source =
        TableSource.of(table, columns, new DatasetSource("dataframe", columns.image(), "", ""));
    List<String> names = new ArrayList<>(List.of(columns.image(), columns.label()));
    columns.id().ifPresent(names::add);
    Fingerprint content = Fingerprint.of(table, names);
    // Rows that are pixels are the same whoever reads them.
    String decoding = columns.pixels().isPresent() ? "" : "decoding " + ImageDecoder.VERSION;
    List<String> types =
        names.stream().map(name -> table.schema().apply(name).dataType().catalogString()).toList();
    URI folder = child("data-" + name(content.text() + types + columns + options + decoding));
    FolderTurn turn = turn(folder);
    try {
      if (isDataset(folder)) {
        LOG.info("The same data have been sharded before: {} is used", folder);
        return folder;
      }
      LOG.info("The data are sharded to {}", folder);
      ShardingJob job = new ShardingJob(spark, source, Progress.SILENT);
      ShardingPlan plan = job.plan(options);
      requireSame(content.rows(), plan.examples());
      // Found after training, it would have been in vain.
      Labels.of(table.schema().apply(columns.label()), plan.classes());
      write(job, plan, folder);
      return folder;
    } finally {
      turn.end();
    }
  }

  /** The folder's name says what the first reading found, and holds what the next ones do. */
  private static void requireSame(long rows, long rowsNow) {
    if (rows != rowsNow) {
      throw new BadInputException(
          "The table gave %s rows, then %s, and must give the same ones each time it is read; cache() it, or write it and fit what was written"
              .formatted(rows, rowsNow));
    }
  }

  private void write(ShardingJob job, ShardingPlan plan, URI folder) throws IOException {
    DatasetManifest manifest;
    try {
      manifest = job.write(plan, folder);
    } catch (BadInputException e) {
      if (isDataset(folder)) {
        LOG.info("Another application has sharded the same data meanwhile: {} is used", folder);
        return;
      }
      throw e;
    }
    plan.warnings(manifest).forEach(warning -> LOG.warn("{}", warning));
    if (manifest.reading().leftOut() > 0) {
      LOG.warn(
          "{} images cannot be decoded and are left out; they are listed in {}",
          manifest.reading().leftOut(),
          folder);
    }
  }

  private void requireFolder() throws IOException {
    FileSystem fileSystem = Storage.fileSystem(spark.hadoopConfiguration(), location);
    Path path = Storage.path(location);
    while (path != null && !isThere(fileSystem, path)) {
      path = path.getParent();
    }
    if (path != null && !fileSystem.getFileStatus(path).isDirectory()) {
      throw new BadInputException(
          "workDir is %s, and %s is a file; set workDir to a folder".formatted(location, path));
    }
  }

  private static boolean isThere(FileSystem fileSystem, Path path) throws IOException {
    try {
      return fileSystem.exists(path);
    } catch (ParentNotDirectoryException e) {
      return false;
    }
  }

  private boolean isDataset(URI folder) throws IOException {
    return Storage.fileSystem(spark.hadoopConfiguration(), folder)
        .exists(new Path(new Path(folder), DatasetManifest.FILE_NAME));
  }

  /**
   * Trains, and returns the network of the last epoch. The run's name has what decides its bits and
   * may be another by now: the weights in the file that it starts from, and the number of workers.
   *
   * @throws BadInputException if settings and data do not fit together, or the run was complete and
   *     its last checkpoint is damaged since
   */
  SavedModel train(SettingParams.Fit fit, URI data) throws IOException {
    DatasetManifest set = DatasetReference.to(spark.hadoopConfiguration(), data).manifest();
    // Equal bytes may be images of another shape, and be called otherwise in another column.
    String content = set.contentSha256() + set.sizes() + set.classes();
    Optional<Integer> workers = fit.experiment().averaging().workers();
    Experiment experiment =
        fit.experiment().withWorkers(workers.orElseGet(() -> TaskSlots.workers(spark)));
    TrainJob job =
        new TrainJob(spark, experiment, data, Optional.empty(), RunOptions.watchedBy(fit.watch()));
    String start = job.startSha256().orElse("");
    URI run = child("run-" + name(content + CanonicalJson.of(experiment) + start));
    FolderTurn turn = turn(run);
    try {
      LOG.info("Training in {}", run);
      job.run(run, Progress.SILENT, NOBODY);
      return last(run);
    } catch (IOException | UncheckedIOException e) {
      if (ExceptionUtils.indexOfType(e, PublicationConflictException.class) >= 0) {
        throw new BadInputException(
            "Another application trains the same in %s at this time; wait until it has ended, and fit again, or set another workDir"
                .formatted(run),
            e);
      }
      throw e;
    } finally {
      turn.end();
    }
  }

  /** The network that a complete run ended with; an earlier one would not be what was trained. */
  private SavedModel last(URI location) throws IOException {
    Path folder = Storage.path(location);
    RunDirectory run =
        RunDirectory.existing(Storage.fileSystem(spark.hadoopConfiguration(), location), folder);
    CheckpointStore checkpoints = run.checkpoints();
    Optional<Checkpoint> newest = checkpoints.newestValid();
    Optional<Path> lost = TrainOutcome.lost(run, newest);
    if (lost.isPresent()) {
      throw new BadInputException(
          "The run of this fit is complete, but its last checkpoint, %s, is damaged or gone; remove %s, and fit trains again what is missing"
              .formatted(lost.get(), new Path(run.root(), RunDirectory.RESULT)));
    }
    return SavedModel.read(checkpoints, newest.orElseThrow());
  }

  /** However a folder is written, it is one. */
  private FolderTurn turn(URI folder) {
    FileSystem fileSystem = Storage.fileSystem(spark.hadoopConfiguration(), folder);
    return FolderTurn.in(fileSystem.makeQualified(Storage.path(folder)).toUri());
  }

  private URI child(String name) {
    return new Path(Storage.path(location), name).toUri();
  }

  private static String name(String content) {
    return Sha256.of(content.getBytes(StandardCharsets.UTF_8)).substring(0, NAME_DIGITS);
  }
}
