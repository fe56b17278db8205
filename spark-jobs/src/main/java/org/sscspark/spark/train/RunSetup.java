package org.sscspark.spark.train;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.checkpoint.Checkpoint;
import org.sscspark.checkpoint.CheckpointStore;
import org.sscspark.checkpoint.RunDirectory;
import org.sscspark.checkpoint.RunRecord;
import org.sscspark.config.BadInputException;
import org.sscspark.engine.EngineDescription;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.engine.lane.LaneEngine;
import org.sscspark.network.NetworkSpec;
import org.sscspark.pruning.DesignedNetwork;
import org.sscspark.pruning.PruningReport;
import org.sscspark.spark.evaluate.SavedModel;
import org.sscspark.storage.Storage;
import org.sscspark.training.FrozenLayers;
import org.sscspark.training.RoundPlan;

/**
 * What is known of a run in a folder before it is under way: what its settings leave open, and its
 * network. Each is found out when it is first asked for.
 */
final class RunSetup {
  /** The examples of an evaluation's minibatches. */
  static final int EVALUATION_BATCH = 128;

  private static final Logger LOG = LoggerFactory.getLogger(RunSetup.class);
  private static final String WORKERS = "averaging.workers";

  private final RunRequest request;
  private final URI out;
  private Optional<StartingModel> starting;
  private Optional<RunRecord> seen = Optional.empty();
  private Optional<Resolved> resolved = Optional.empty();
  private Optional<DesignedNetwork> designed = Optional.empty();
  private Optional<NetworkSpec> network = Optional.empty();
  private Optional<String> resumption = Optional.empty();

  /**
   * Knows nothing of the folder yet.
   *
   * @param out the run's folder
   * @param starting what the run starts from, where that has been read
   */
  RunSetup(RunRequest request, URI out, Optional<StartingModel> starting) {
    this.request = request;
    this.out = out;
    this.starting = starting;
  }

  /** What was asked for. */
  RunRequest request() {
    return request;
  }

  /** The run's folder. */
  URI out() {
    return out;
  }

  FileSystem fileSystem() {
    return Storage.fileSystem(request.hadoop(), out);
  }

  Path folder() {
    return new Path(out);
  }

  /**
   * What is known once the folder has been looked at.
   *
   * @param experiment its number of workers is explicit
   * @param engine its lanes are, where they matter
   */
  record Resolved(Experiment experiment, EngineSettings engine, RoundPlan rounds) {}

  /**
   * Completes what the settings leave open: by the run's record where the folder holds one, so that
   * a run resumes as it began on whatever it finds, else by what there is.
   */
  Resolved resolved() throws IOException {
    return resolved.isPresent()
        ? resolved.get()
        : resolved(RunDirectory.recordOf(fileSystem(), folder()));
  }

  /** By what the folder holds now: another process may have gone on with the run since. */
  private Resolved resolved(Optional<RunRecord> held) {
    if (resolved.isEmpty() || !held.equals(seen)) {
      Experiment given = request.experiment();
      Place place = request.place();
      Experiment experiment =
          given.withWorkers(
              given
                  .averaging()
                  .workers()
                  .or(() -> held.flatMap(one -> one.setting(WORKERS)).map(Integer::valueOf))
                  .orElseGet(place::workers));
      RoundPlan rounds = experiment.rounds(request.data().manifest().examples());
      OptionalInt before = held.map(RunSetup::lastLanes).orElseGet(OptionalInt::empty);
      EngineSettings engine =
          experiment
              .engine()
              .withLanes(
                  () -> {
                    int narrowest = place.narrowestLanes();
                    return Math.min(before.orElse(narrowest), narrowest);
                  });
      Optional<Resolved> now = Optional.of(new Resolved(experiment, engine, rounds));
      if (!now.equals(resolved)) {
        designed = Optional.empty();
      }
      resolved = now;
      seen = held;
    }
    return resolved.get();
  }

  /** The lanes with which a run's last rounds were computed, if the lane engine did. */
  private static OptionalInt lastLanes(RunRecord record) {
    return record
        .lastEngine()
        .flatMap(EngineDescription::parse)
        .filter(engine -> engine.name().equals(LaneEngine.NAME))
        .map(engine -> OptionalInt.of(engine.lanes()))
        .orElseGet(OptionalInt::empty);
  }

  /**
   * The run's folder, as a new one or to resume.
   *
   * @throws BadInputException if it holds another run or something else
   */
  RunDirectory startOrResume() throws IOException {
    return RunDirectory.startOrResume(fileSystem(), folder(), this::record);
  }

  /**
   * The run in the folder, to resume it; empty if a new one may begin there. Writes nothing.
   *
   * @throws BadInputException if it holds another run or something else
   */
  Optional<RunDirectory> resume() throws IOException {
    return RunDirectory.resume(fileSystem(), folder(), this::record);
  }

  private RunRecord record(Optional<RunRecord> held) {
    return request.record(resolved(held).experiment());
  }

  /**
   * The network that is trained: that of the newest valid checkpoint if the folder holds this run,
   * else what the method designs.
   */
  NetworkSpec network() throws IOException {
    if (network.isPresent()) {
      return network.get();
    }
    Optional<RunDirectory> run = resume();
    if (run.isEmpty()) {
      return begun(designed().network());
    }
    Optional<Checkpoint> newest = run.get().checkpoints().newestValid();
    if (TrainOutcome.lost(run.get(), newest).isPresent()) {
      LOG.warn(
          "The run in {} is complete and its last checkpoint cannot be used: remove {}, and the"
              + " same command computes it again",
          out,
          new Path(run.get().root(), RunDirectory.RESULT));
    }
    if (newest.isPresent()) {
      resumption = Optional.of(resumption(newest.get().round()));
    }
    return network(run.get().checkpoints(), newest);
  }

  /** Where a run goes on after so many rounds, in words. */
  private String resumption(long rounds) throws IOException {
    RoundPlan plan = resolved().rounds();
    int epoch = 0;
    long left = rounds;
    while (left >= plan.rounds(epoch)) {
      left -= plan.rounds(epoch);
      epoch++;
    }
    int epochs = request.experiment().train().epochs();
    return left == 0
        ? "resumes after epoch %s of %s".formatted(epoch, epochs)
        : "resumes in epoch %s of %s, after %s of its %s rounds"
            .formatted(epoch + 1, epochs, left, plan.rounds(epoch));
  }

  /** The network of now, by the folder's checkpoint, whatever has been found before. */
  NetworkSpec network(CheckpointStore store, Optional<Checkpoint> newest) throws IOException {
    return begun(
        newest.isPresent() ? SavedModel.network(store, newest.get()) : designed().network());
  }

  private NetworkSpec begun(NetworkSpec first) {
    FrozenLayers.of(first, request.experiment().train().freeze());
    network = Optional.of(first);
    return first;
  }

  /** The network that is trained now, of a run that has one. */
  NetworkSpec current() {
    return network.orElseThrow();
  }

  /** The network is another one from now on. */
  void becomes(NetworkSpec other) {
    network = Optional.of(other);
  }

  /** What the run starts from, if it is not initial weights. */
  Optional<StartingModel> starting() throws IOException {
    if (starting.isEmpty()) {
      starting = request.starting();
    }
    return starting;
  }

  /** What a new run starts with, for which its method may score the training set. */
  DesignedNetwork designed() throws IOException {
    if (designed.isEmpty()) {
      Optional<DensePhase> phase = request.densePhase();
      designed = Optional.of(phase.isPresent() ? phase.get().start() : chosen());
      designed.get().report().ifPresent(RunSetup::warnOfCollapse);
    }
    return designed.get();
  }

  private DesignedNetwork chosen() throws IOException {
    Optional<StartingModel> start = starting();
    NetworkSpec dense = request.dense();
    Experiment even = request.experiment().withEngine(resolved().engine());
    return start.isPresent()
        ? start.get().designed(even, dense, request.gradients())
        : even.designed(dense.input(), dense.classes(), request.gradients());
  }

  /** Says so if a method left nothing of a layer, or of a class. */
  static void warnOfCollapse(PruningReport report) {
    if (!report.collapsedLayers().isEmpty()) {
      LOG.warn(
          "Method {} left nothing of {}: the network may not learn",
          report.method(),
          String.join(", ", report.collapsedLayers()));
    }
    report
        .lackingClasses()
        .ifPresent(lacking -> LOG.warn("Method {}: {}", report.method(), lacking));
  }

  /**
   * What the run will do and move.
   *
   * @throws BadInputException if there is too little memory for it
   */
  TrainPlan plan() throws IOException {
    NetworkSpec trained = network();
    TrainPlan plan =
        TrainPlan.of(
            resolved().experiment(),
            request.place().engines(resolved().engine()),
            trained,
            DesignedNetwork.density(request.dense(), trained),
            resolved().rounds(),
            request.test().isPresent() ? EVALUATION_BATCH : 0,
            Stream.concat(startText().stream(), resumption.stream())
                .reduce((start, then) -> start + "; " + then));
    request.place().requireMemory(plan);
    return plan;
  }

  private Optional<String> startText() throws IOException {
    if (request.densePhase().isPresent()) {
      return request.densePhase().map(DensePhase::text);
    }
    if (request.experiment().from().isEmpty()) {
      return Optional.empty();
    }
    Optional<String> recorded =
        RunDirectory.isRun(fileSystem(), folder())
            ? StartingModel.textOf(RunDirectory.existing(fileSystem(), folder()))
            : Optional.empty();
    return recorded.isPresent() ? recorded : starting().map(StartingModel::text);
  }
}
