package org.sscspark.spark.train;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.checkpoint.Checkpoint;
import org.sscspark.checkpoint.CheckpointWriter;
import org.sscspark.checkpoint.RunDirectory;
import org.sscspark.config.BadInputException;
import org.sscspark.config.CanonicalJson;
import org.sscspark.config.FlatJson;
import org.sscspark.data.sharding.CommonImages;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;
import org.sscspark.report.Progress;
import org.sscspark.spark.dataset.DatasetReference;
import org.sscspark.spark.watch.RunListener;
import org.sscspark.spark.watch.TensorBoardEvents;
import org.sscspark.spark.watch.WatchedRun;
import org.sscspark.spark.watch.Watchers;
import org.sscspark.storage.Lease;
import org.sscspark.storage.MissingFolders;
import org.sscspark.storage.Storage;
import org.sscspark.training.DivergedException;
import org.sscspark.training.MetricsJson;
import org.sscspark.training.TrainingListener;

/**
 * Trains one model by parameter averaging, on a cluster or with one worker in one thread, and
 * resumes a run that was interrupted. Resolved against data set and cluster when made; nothing is
 * written before {@link #run}.
 */
public final class TrainJob {
  private static final Logger LOG = LoggerFactory.getLogger(TrainJob.class);

  private final RunRequest request;
  private final RunOptions options;
  private final List<RunListener> listeners;
  private Optional<StartingModel> starting = Optional.empty();
  private Optional<RunSetup> latest = Optional.empty();

  /**
   * Resolves an experiment for all executors of a cluster.
   *
   * @param data the training set
   * @param test the set to evaluate on after each epoch, if any
   * @throws BadInputException if settings, data sets and model do not fit together, or a listener's
   *     class is not there or cannot be one
   */
  public TrainJob(
      JavaSparkContext spark,
      Experiment experiment,
      URI data,
      Optional<URI> test,
      RunOptions options) {
    this(
        new Place.Cluster(spark),
        experiment,
        DatasetReference.to(spark.hadoopConfiguration(), data),
        test.map(uri -> DatasetReference.to(spark.hadoopConfiguration(), uri)),
        options);
  }

  /** As the other one, without options. */
  public TrainJob(JavaSparkContext spark, Experiment experiment, URI data, Optional<URI> test) {
    this(spark, experiment, data, test, RunOptions.NONE);
  }

  /**
   * Resolves an experiment for the thread that will call {@link #run}, such as that of one Spark
   * task. It has one worker, and the bits of a cluster's run with one worker.
   *
   * @param data the training set
   * @param test the set to evaluate on after each epoch, if any
   * @param threads of the replica
   * @param narrowestLanes what {@code engine.lanes = auto} means
   * @throws BadInputException as of a cluster
   */
  public static TrainJob local(
      Experiment experiment,
      DatasetReference data,
      Optional<DatasetReference> test,
      int threads,
      int narrowestLanes,
      RunOptions options) {
    return new TrainJob(
        new Place.OneThread(threads, narrowestLanes), experiment, data, test, options);
  }

  /** As the other one, without options. */
  public static TrainJob local(
      Experiment experiment,
      DatasetReference data,
      Optional<DatasetReference> test,
      int threads,
      int narrowestLanes) {
    return local(experiment, data, test, threads, narrowestLanes, RunOptions.NONE);
  }

  private TrainJob(
      Place place,
      Experiment experiment,
      DatasetReference data,
      Optional<DatasetReference> test,
      RunOptions options) {
    this.request = RunRequest.of(place, experiment, data, test);
    this.options = options;
    this.listeners = options.watch().newListeners();
  }

  /** What is known of the run in a folder, which is not found out twice. */
  private RunSetup setup(URI out) {
    if (latest.filter(setup -> setup.out().equals(out)).isEmpty()) {
      latest = Optional.of(new RunSetup(request, out, starting));
    }
    return latest.get();
  }

  /**
   * The SHA-256 of the weights that a run starts from, as they are now, if they are not initial
   * ones. They are read once: {@link #run} starts from the same.
   *
   * @throws BadInputException if there are none, or they are of another architecture
   */
  public Optional<String> startSha256() throws IOException {
    if (starting.isEmpty()) {
      starting = request.starting();
    }
    return starting.map(StartingModel::sha256);
  }

  /**
   * Checks, before anything long, that no other process seems to train in a folder; {@link #run}
   * makes certain. Writes nothing.
   *
   * @param out the run's folder
   * @throws BadInputException if another process trains in it; the message says which
   */
  public void requireFree(URI out) throws IOException {
    Lease.requireFree(Storage.fileSystem(request.hadoop(), out), new Path(out));
  }

  /** What is to be known of the data sets before they are used, in a sentence. */
  public Optional<String> warning() {
    return request
        .test()
        .flatMap(set -> CommonImages.of(request.data().manifest(), set.manifest()))
        .map(
            common ->
                "The test set %s: its accuracy does not tell of new images".formatted(common));
  }

  /**
   * The outcome of the run in a folder, if it is complete.
   *
   * @param out the run's folder, which holds this run or none
   * @throws BadInputException if it cannot be read
   */
  public Optional<TrainOutcome> complete(URI out) throws IOException {
    FileSystem fileSystem = Storage.fileSystem(request.hadoop(), out);
    Path folder = new Path(out);
    return RunDirectory.isRun(fileSystem, folder)
        ? complete(RunDirectory.existing(fileSystem, folder))
        : Optional.empty();
  }

  /**
   * The network that will be trained: that of the newest valid checkpoint if the folder holds this
   * run, else what the method designs, for which it may score the training set. Writes nothing.
   *
   * @param out the run's folder
   * @throws BadInputException if the folder holds another run, or if the method cannot meet the
   *     settings
   */
  public NetworkSpec network(URI out) throws IOException {
    return setup(out).network();
  }

  /**
   * What the run in this folder will do and move.
   *
   * @throws BadInputException if there is too little memory for it
   */
  public TrainPlan plan(URI out) throws IOException {
    return setup(out).plan();
  }

  /**
   * Trains to the end, from the newest valid checkpoint if the folder holds this run, and returns
   * the outcome. A run that is complete is not repeated.
   *
   * @param out the run's folder
   * @param progress told of rounds
   * @param observer told of rounds and epochs after they are written and after whoever watches; an
   *     exception stops the run
   * @throws BadInputException if the folder holds another run or something else, or another process
   *     trains in it
   * @throws DivergedException if the loss is not finite; the last good checkpoint is named
   */
  public TrainOutcome run(URI out, Progress progress, TrainingListener observer)
      throws IOException {
    RunSetup setup = setup(out);
    if (!request.place().takesLease()) {
      return run(setup, Optional.empty(), progress, observer);
    }
    // What is complete or cannot be is told without a lease; nothing is written without one.
    Optional<RunDirectory> found = setup.resume();
    Optional<TrainOutcome> complete = found.isPresent() ? complete(found.get()) : Optional.empty();
    if (complete.isPresent()) {
      return complete.get();
    }
    MissingFolders missing = MissingFolders.of(setup.fileSystem(), setup.folder());
    try (Lease lease = Lease.take(setup.fileSystem(), setup.folder())) {
      return run(setup, Optional.of(lease), progress, observer);
    } catch (Exception | Error e) {
      if (options.withdraw()) {
        // The lease was in the folder until now.
        suppressing(e, missing::removeEmpty);
      }
      throw e;
    }
  }

  /** Whoever held the folder until now may have begun the run, gone on with it, or ended it. */
  private TrainOutcome run(
      RunSetup setup, Optional<Lease> lease, Progress progress, TrainingListener observer)
      throws IOException {
    RunDirectory run = setup.startOrResume();
    Optional<TrainOutcome> complete = complete(run);
    if (complete.isPresent()) {
      return complete.get();
    }
    try {
      CheckpointWriter checkpoints = run.writeCheckpoints();
      return train(
          setup, run, lease.map(checkpoints::heldBy).orElse(checkpoints), progress, observer);
    } catch (Exception | Error e) {
      // Of Spark's there are checked ones that it does not declare; a full heap is an Error.
      if (options.withdraw() && lease.isPresent()) {
        suppressing(
            e,
            () -> {
              lease.get().requireOurs();
              run.withdraw();
            });
      }
      throw e;
    }
  }

  /** A step of taking something back. */
  @FunctionalInterface
  private interface Undoing {
    void run() throws IOException;
  }

  /** What made it necessary is told first. */
  private static void suppressing(Throwable cause, Undoing undoing) {
    try {
      undoing.run();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** The outcome of a run that is not to be repeated. */
  private static Optional<TrainOutcome> complete(RunDirectory run) throws IOException {
    Optional<String> result = run.isNew() ? Optional.empty() : run.result();
    if (result.isPresent()) {
      LOG.info("The run in {} is complete", run.root());
    }
    return result.map(text -> told(text, run.root()));
  }

  private static TrainOutcome told(String result, Path root) {
    try {
      return TrainOutcome.fromJson(result).at(root);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(
          "Cannot use %s/%s: %s; remove it, and the same command writes it again from the last checkpoint"
              .formatted(root, RunDirectory.RESULT, e.getMessage()),
          e);
    }
  }

  private TrainOutcome train(
      RunSetup setup,
      RunDirectory run,
      CheckpointWriter checkpoints,
      Progress progress,
      TrainingListener observer)
      throws IOException {
    Optional<Checkpoint> newest = checkpoints.newest();
    WatchedRun watched = watched(setup, setup.network(checkpoints.store(), newest));
    Watchers watchers = watchers(run);
    boolean complete = false;
    request.place().begin(watched.name());
    try {
      watchers.begin(watched);
      RunSession.Trained end =
          new RunSession(setup, run, checkpoints, newest, progress, List.of(watchers, observer))
              .train();
      complete = request.experiment().train().complete(end.state(), setup.resolved().rounds());
      if (complete) {
        run.writeResult(end.outcome().toJson());
      }
      return end.outcome();
    } finally {
      try {
        watchers.end(complete);
      } finally {
        request.place().end();
      }
    }
  }

  private Watchers watchers(RunDirectory run) {
    List<RunListener> all = new ArrayList<>(request.place().watchers());
    if (options.watch().tensorboard()) {
      all.add(new TensorBoardEvents(run));
    }
    all.addAll(listeners);
    return new Watchers(all);
  }

  private static WatchedRun watched(RunSetup setup, NetworkSpec trained) throws IOException {
    return new WatchedRun(
        setup.out(),
        trained.name(),
        ParameterLayout.of(trained).size(),
        FlatJson.AS_TEXT.of(MetricsJson.read(CanonicalJson.of(setup.resolved().experiment()))));
  }
}
