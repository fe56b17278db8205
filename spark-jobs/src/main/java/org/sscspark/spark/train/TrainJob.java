package org.sscspark.spark.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.checkpoint.Checkpoint;
import org.sscspark.checkpoint.CheckpointStore;
import org.sscspark.checkpoint.CheckpointWriter;
import org.sscspark.checkpoint.RunDirectory;
import org.sscspark.checkpoint.RunRecord;
import org.sscspark.config.BadInputException;
import org.sscspark.config.CanonicalJson;
import org.sscspark.data.DatasetManifest;
import org.sscspark.engine.EngineDescription;
import org.sscspark.engine.EngineSettings;
import org.sscspark.engine.Engines;
import org.sscspark.engine.lane.LaneEngine;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;
import org.sscspark.pruning.DesignedNetwork;
import org.sscspark.pruning.NetworkDesign;
import org.sscspark.pruning.PruningReport;
import org.sscspark.pruning.Regrowth;
import org.sscspark.report.Progress;
import org.sscspark.spark.averaging.RoundMaster;
import org.sscspark.spark.averaging.TrainingJob;
import org.sscspark.spark.dataset.DatasetReference;
import org.sscspark.spark.evaluate.DistributedEvaluation;
import org.sscspark.spark.evaluate.FlatSettings;
import org.sscspark.spark.evaluate.SavedModel;
import org.sscspark.spark.watch.RunListener;
import org.sscspark.spark.watch.TensorBoardEvents;
import org.sscspark.spark.watch.WatchSettings;
import org.sscspark.spark.watch.WatchedRun;
import org.sscspark.spark.watch.Watchers;
import org.sscspark.storage.Lease;
import org.sscspark.storage.Storage;
import org.sscspark.training.BestScore;
import org.sscspark.training.DivergedException;
import org.sscspark.training.Evaluation;
import org.sscspark.training.FrozenLayers;
import org.sscspark.training.MetricsJson;
import org.sscspark.training.RoundPlan;
import org.sscspark.training.TrainingListener;
import org.sscspark.training.TrainingState;

/**
 * Trains one model by parameter averaging, on a cluster or with one worker in one thread, and
 * resumes a run that was interrupted. Resolved against data set and cluster when made; nothing is
 * written before {@link #run}.
 */
public final class TrainJob {
  private static final Logger LOG = LoggerFactory.getLogger(TrainJob.class);
  private static final int EVALUATION_BATCH = 128;

  private static final String WORKERS = "averaging.workers";
  private static final String NAME = "name";

  /** What the method did, if it scored weights. */
  private static final String PRUNING_FILE = "pruning.json";

  private final Place place;
  private final Experiment given;
  private final DatasetReference data;
  private final Optional<DatasetReference> test;
  private final NetworkSpec dense;
  private final Optional<DensePhase> densePhase;
  private WatchSettings watch = WatchSettings.NONE;
  private List<RunListener> listeners = List.of();
  private Optional<StartingModel> starting = Optional.empty();
  private Optional<Resolved> resolved = Optional.empty();
  private Optional<DesignedNetwork> designed = Optional.empty();
  private Optional<NetworkSpec> network = Optional.empty();

  /**
   * Resolves an experiment for all executors of a cluster.
   *
   * @param data the training set
   * @param test the set to evaluate on after each epoch, if any
   * @throws BadInputException if settings, data sets and model do not fit together
   */
  public TrainJob(JavaSparkContext spark, Experiment experiment, URI data, Optional<URI> test) {
    this(
        new Place.Cluster(spark),
        experiment,
        DatasetReference.to(spark.hadoopConfiguration(), data),
        test.map(uri -> DatasetReference.to(spark.hadoopConfiguration(), uri)));
  }

  /**
   * Resolves an experiment for the thread that will call {@link #run}, such as that of one Spark
   * task. It has one worker, and the bits of a cluster's run with one worker.
   *
   * @param data the training set
   * @param test the set to evaluate on after each epoch, if any
   * @param threads of the replica
   * @param narrowestLanes what {@code engine.lanes = auto} means
   * @throws BadInputException if settings, data sets and model do not fit together
   */
  public static TrainJob local(
      Experiment experiment,
      DatasetReference data,
      Optional<DatasetReference> test,
      int threads,
      int narrowestLanes) {
    return new TrainJob(new Place.OneThread(threads, narrowestLanes), experiment, data, test);
  }

  private TrainJob(
      Place place, Experiment experiment, DatasetReference data, Optional<DatasetReference> test) {
    this.place = place;
    this.given = experiment;
    Optional<Integer> side = experiment.train().augmentation().resize();
    this.data = data.resized(side);
    this.test = test.map(set -> set.resized(side));
    DatasetManifest manifest = this.data.manifest();
    this.test.ifPresent(this.data::requireSameKind);
    this.dense = experiment.design().dense(manifest.shape(), manifest.classes().size());
    this.densePhase = DensePhase.of(experiment, dense);
    if (experiment.train().patience() > 0 && test.isEmpty()) {
      throw new BadInputException(
          "train.patience waits for a better evaluation, and there is no set to evaluate on: give"
              + " --test, or leave it out");
    }
    if (experiment.pruning().denseShare().isPresent()
        && experiment.method().scores()
        && experiment.method().denseShare() == 0) {
      throw new BadInputException(
          "pruning.dense-share = %s is for methods that score trained weights, and %s scores initial"
                  .formatted(experiment.pruning().denseShare().get(), experiment.method())
              + " ones; leave it out, or take method = fine-tune");
    }
    Optional<Regrowth> regrowth = experiment.design().plan().regrowth();
    Optional<String> regrowing = experiment.pruning().regrowing();
    if (regrowing.isPresent() && experiment.method().scores() && regrowth.isEmpty()) {
      throw new BadInputException(
          "%s is for methods whose weights move while they are trained, and those of %s stay; leave it"
                  .formatted(regrowing.get(), experiment.method())
              + " out, or take method = set");
    }
    if (regrowth.filter(one -> one.growth() == Regrowth.Growth.GRADIENT).isPresent()) {
      experiment.design().plan().data().requireEnough(manifest);
    }
    Engines.requireKnown(experiment.engine().name());
  }

  /**
   * What is known once the folder has been looked at.
   *
   * @param experiment its number of workers is explicit
   * @param engine its lanes are, where they matter
   */
  private record Resolved(Experiment experiment, EngineSettings engine, RoundPlan rounds) {}

  /**
   * Completes what the settings leave open: by the run's record where the folder holds one, so that
   * a run resumes as it began on whatever it finds, else by what there is.
   */
  private Resolved resolved(URI out) throws IOException {
    return resolved.isPresent()
        ? resolved.get()
        : resolved(out, RunDirectory.recordOf(Storage.fileSystem(hadoop(), out), new Path(out)));
  }

  private Resolved resolved(URI out, Optional<RunRecord> held) {
    if (resolved.isEmpty()) {
      Experiment experiment =
          given.withWorkers(
              given
                  .averaging()
                  .workers()
                  .or(() -> held.flatMap(one -> one.setting(WORKERS)).map(Integer::valueOf))
                  .orElseGet(place::workers));
      RoundPlan rounds = experiment.rounds(data.manifest().examples());
      OptionalInt before = held.map(TrainJob::lastLanes).orElseGet(OptionalInt::empty);
      EngineSettings engine =
          experiment
              .engine()
              .withLanes(
                  () -> {
                    int narrowest = place.narrowestLanes();
                    return Math.min(before.orElse(narrowest), narrowest);
                  });
      before.ifPresent(lanes -> warnOfOtherLanes(out, lanes, engine));
      resolved = Optional.of(new Resolved(experiment, engine, rounds));
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

  private static void warnOfOtherLanes(URI out, int before, EngineSettings engine) {
    if (engine.givenLanes().isPresent() && engine.givenLanes().getAsInt() != before) {
      LOG.warn(
          "The run in {} was computed with {} lanes and continues with {}; results may differ in"
              + " their last bits",
          out,
          before,
          engine.givenLanes().getAsInt());
    }
  }

  /**
   * Has others told of the run. They change nothing in it.
   *
   * @throws BadInputException if a listener's class is not there or cannot be one
   */
  public TrainJob watchedBy(WatchSettings settings) {
    watch = settings;
    listeners = settings.newListeners();
    return this;
  }

  /**
   * Checks, before anything long, that no other process seems to train in a folder; {@link #run}
   * makes certain. Writes nothing.
   *
   * @param out the run's folder
   * @throws BadInputException if another process trains in it; the message says which
   */
  public void requireFree(URI out) throws IOException {
    Lease.requireFree(Storage.fileSystem(hadoop(), out), new Path(out));
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
    if (network.isPresent()) {
      return network.get();
    }
    if (!RunDirectory.isRun(Storage.fileSystem(hadoop(), out), new Path(out))) {
      return network(out, Optional.empty());
    }
    CheckpointStore store = startOrResume(out).checkpoints();
    return network(out, network(store, store.newestValid()));
  }

  private NetworkSpec network(URI out, Optional<NetworkSpec> begun) throws IOException {
    if (network.isEmpty()) {
      network = Optional.of(begun.isPresent() ? begun.get() : designed(out).network());
      FrozenLayers.of(network.get(), given.train().freeze());
    }
    return network.get();
  }

  private static Optional<NetworkSpec> network(CheckpointStore store, Optional<Checkpoint> newest)
      throws IOException {
    return newest.isPresent()
        ? Optional.of(SavedModel.network(store, newest.get()))
        : Optional.empty();
  }

  private RunDirectory startOrResume(URI out) throws IOException {
    return RunDirectory.startOrResume(
        Storage.fileSystem(hadoop(), out),
        new Path(out),
        held -> record(resolved(out, held).experiment()));
  }

  private Optional<StartingModel> starting() throws IOException {
    if (starting.isEmpty() && given.from().isPresent()) {
      starting = Optional.of(StartingModel.read(hadoop(), given.from().get(), dense, given.seed()));
    }
    return starting;
  }

  private DesignedNetwork designed(URI out) throws IOException {
    if (designed.isEmpty()) {
      designed = Optional.of(densePhase.isPresent() ? densePhase.get().start() : chosen(out));
      designed.get().report().ifPresent(TrainJob::warnOfCollapse);
    }
    return designed.get();
  }

  private DesignedNetwork chosen(URI out) throws IOException {
    Optional<StartingModel> start = starting();
    Experiment even = given.withEngine(resolved(out).engine());
    return start.isPresent()
        ? start.get().designed(even, dense, place.gradients(data))
        : even.designed(dense.input(), dense.classes(), place.gradients(data));
  }

  private static void warnOfCollapse(PruningReport report) {
    if (!report.collapsedLayers().isEmpty()) {
      LOG.warn(
          "Method {} left nothing of {}: the network may not learn",
          report.method(),
          String.join(", ", report.collapsedLayers()));
    }
  }

  /**
   * What the run in this folder will do and move.
   *
   * @throws BadInputException if there is too little memory for it
   */
  public TrainPlan plan(URI out) throws IOException {
    NetworkSpec trained = network(out);
    TrainPlan plan =
        TrainPlan.of(
            resolved(out).experiment(),
            place.engines(resolved(out).engine()),
            trained,
            DesignedNetwork.density(dense, trained),
            resolved(out).rounds(),
            test.isPresent() ? EVALUATION_BATCH : 0,
            startText(out));
    place.requireMemory(plan);
    return plan;
  }

  private Optional<String> startText(URI out) throws IOException {
    if (densePhase.isPresent()) {
      return densePhase.map(DensePhase::text);
    }
    if (given.from().isEmpty()) {
      return Optional.empty();
    }
    FileSystem fileSystem = Storage.fileSystem(hadoop(), out);
    Path folder = new Path(out);
    Optional<String> recorded =
        RunDirectory.isRun(fileSystem, folder)
            ? StartingModel.textOf(RunDirectory.existing(fileSystem, folder))
            : Optional.empty();
    return recorded.isPresent() ? recorded : starting().map(StartingModel::text);
  }

  /**
   * Trains to the end, from the newest valid checkpoint if the folder holds this run, and returns
   * the outcome. A run that is complete is not repeated.
   *
   * @param out the run's folder
   * @param progress told of rounds
   * @param observer told of rounds and epochs after they are written; an exception stops the run
   * @throws BadInputException if the folder holds another run or something else, or another process
   *     trains in it
   * @throws DivergedException if the loss is not finite; the last good checkpoint is named
   */
  public TrainOutcome run(URI out, Progress progress, TrainingListener observer)
      throws IOException {
    RunDirectory run = startOrResume(out);
    Optional<String> result = run.isNew() ? Optional.empty() : run.result();
    if (result.isPresent()) {
      LOG.info("The run in {} is complete", out);
      return TrainOutcome.fromJson(result.get()).at(run.root());
    }
    if (!place.takesLease()) {
      return train(out, run, run.writeCheckpoints(), progress, observer);
    }
    try (Lease lease = Lease.take(Storage.fileSystem(hadoop(), out), run.root())) {
      return train(out, run, run.writeCheckpoints().heldBy(lease), progress, observer);
    }
  }

  private TrainOutcome train(
      URI out,
      RunDirectory run,
      CheckpointWriter checkpoints,
      Progress progress,
      TrainingListener observer)
      throws IOException {
    Optional<Checkpoint> newest = checkpoints.newest();
    NetworkSpec trained =
        network.isPresent() ? network.get() : network(out, network(checkpoints.store(), newest));
    WatchedRun watched = watched(out, trained);
    Watchers watchers = watchers(run);
    boolean complete = false;
    place.begin(watched.name());
    try {
      watchers.begin(watched);
      Trained end =
          train(new Session(out, run, checkpoints, newest, progress, List.of(observer, watchers)));
      complete = given.train().complete(end.state(), resolved(out).rounds());
      if (complete) {
        run.writeResult(end.outcome().toJson());
      } else {
        LOG.info(
            "The run in {} pauses after {} of {} epochs, as train.stop-after says: a larger number,"
                + " or none, resumes it",
            out,
            end.outcome().epochs(),
            given.train().epochs());
      }
      return end.outcome();
    } finally {
      watchers.end(complete);
      place.end();
    }
  }

  private Watchers watchers(RunDirectory run) {
    List<RunListener> all = new ArrayList<>(place.watchers());
    if (watch.tensorboard()) {
      all.add(new TensorBoardEvents(run));
    }
    all.addAll(listeners);
    return new Watchers(all);
  }

  private WatchedRun watched(URI out, NetworkSpec trained) throws IOException {
    return new WatchedRun(
        out,
        trained.name(),
        ParameterLayout.of(trained).size(),
        FlatSettings.of(CanonicalJson.of(resolved(out).experiment())));
  }

  /** A run's last state of now, and what is said of it. */
  private record Trained(TrainingState state, TrainOutcome outcome) {}

  private boolean ended(TrainingState state, RoundPlan rounds, int last) {
    return state.progress().epoch() >= last || given.train().complete(state, rounds);
  }

  /**
   * A run under way: where it is written, and who is told.
   *
   * @param begun the checkpoint it resumes from, if there is one
   */
  private record Session(
      URI out,
      RunDirectory run,
      CheckpointWriter checkpoints,
      Optional<Checkpoint> begun,
      Progress progress,
      List<TrainingListener> observers) {}

  private Trained train(Session session) throws IOException {
    TrainPlan unused = plan(session.out());
    TrainingState start = start(session);
    session.observers().forEach(observer -> observer.onStart(start));
    boolean isDense = densePhase.filter(phase -> phase.holds(start.progress())).isPresent();
    TrainingState end = stretch(session, start, isDense);
    if (isDense
        && densePhase.get().isOver(end.progress())
        && end.progress().epoch() < given.train().lastEpoch()) {
      end = stretch(session, pruned(session, densePhase.get(), end), /* isDense= */ false);
    }
    return new Trained(end, outcome(network(session.out()), session, end));
  }

  private TrainingState pruned(Session session, DensePhase phase, TrainingState last)
      throws IOException {
    DesignedNetwork chosen =
        phase.chosen(last, resolved(session.out()).engine(), place.gradients(data));
    if (chosen.report().isPresent()) {
      warnOfCollapse(chosen.report().get());
      session.run().write(PRUNING_FILE, chosen.report().get().toJson());
    }
    network = Optional.of(chosen.network());
    return phase.pruned(last, chosen);
  }

  /**
   * Trains one network, from a state to where it is pruned or the run ends.
   *
   * @param isDense whether it is the one that will be pruned
   */
  private TrainingState stretch(Session session, TrainingState start, boolean isDense)
      throws IOException {
    Experiment experiment = resolved(session.out()).experiment();
    RoundPlan rounds = resolved(session.out()).rounds();
    int end = given.train().lastEpoch();
    int last = isDense ? Math.min(given.denseEpochs(), end) : end;
    TrainingJob job =
        new TrainingJob(
            network(session.out()),
            resolved(session.out()).engine(),
            place.threads(),
            experiment.train(),
            rounds,
            experiment.averaging().optimizerState(),
            experiment.seed(),
            data);
    String name = isDense ? "train dense" : "train";
    long left = Math.max(0, last * rounds.examples() - start.progress().examples());
    try (RoundMaster master = master(job, experiment);
        Progress.Stage stage = session.progress().start(name, left, "images")) {
      List<TrainingListener> told = new ArrayList<>();
      told.add(new ProgressLines(stage, given.train().epochs()));
      SavedModel.Input input = SavedModel.Input.of(data.manifest());
      told.add(
          new RunWriter(
              session.run(),
              session.checkpoints(),
              given,
              rounds,
              () -> network.orElseThrow(),
              input,
              !isDense));
      told.addAll(session.observers());
      return new TrainingLoop(
              new EngineRecorder(master, session.run()),
              state -> ended(state, rounds, last),
              evaluation(job),
              !isDense,
              told)
          .run(start);
    } catch (DivergedException e) {
      throw e.lastGood(newest(session));
    }
  }

  /** What computes the rounds of a network, and of those that follow where its support moves. */
  private RoundMaster master(TrainingJob job, Experiment experiment) {
    Function<NetworkSpec, RoundMaster> masters =
        trained -> place.master(job.with(trained), experiment.averaging());
    NetworkDesign design = experiment.withEngine(job.engine()).design();
    Optional<Regrowth> regrowth = design.plan().regrowth();
    if (regrowth.isEmpty()) {
      return masters.apply(job.network());
    }
    MovingMaster.Moves moves =
        new MovingMaster.Moves(
            dense,
            design,
            regrowth.get(),
            experiment.train().optimizer(),
            experiment.train().epochs() * job.plan().stepsPerEpoch(),
            place.gradients(data));
    return new MovingMaster(moves, job.network(), masters, moved -> network = Optional.of(moved));
  }

  private Optional<Function<float[], Evaluation>> evaluation(TrainingJob job) {
    return test.map(
        set -> {
          DistributedEvaluation evaluator =
              new DistributedEvaluation(
                  set,
                  SavedModel.Input.of(data.manifest()).normalization(),
                  job.engine(),
                  EVALUATION_BATCH);
          return parameters -> place.evaluate(evaluator, network.orElseThrow(), parameters);
        });
  }

  private TrainingState start(Session session) throws IOException {
    if (session.begun().isEmpty()) {
      DesignedNetwork start = designed(session.out());
      if (start.report().isPresent()) {
        session.run().write(PRUNING_FILE, start.report().get().toJson());
      }
      if (starting().isPresent()) {
        starting().get().record(session.run());
      }
      int stateSize = given.train().optimizer().stateSize(ParameterLayout.of(start.network()));
      return TrainingState.initial(start.initialParameters(), stateSize, given.seed());
    }
    Checkpoint begun = session.begun().get();
    TrainingState state = SavedModel.read(session.checkpoints().store(), begun).state();
    LOG.info(
        "Resuming from {}: epoch {}, round {}",
        begun.folder(),
        state.progress().epoch() + 1,
        state.progress().round() + 1);
    return state;
  }

  private TrainOutcome outcome(NetworkSpec trained, Session session, TrainingState end)
      throws IOException {
    RunDirectory run = session.run();
    JsonNode last = MetricsJson.read(run.lastMetrics().orElseThrow());
    boolean keepsPattern = given.from().isPresent() && StartingModel.keepsPattern(run);
    return new TrainOutcome(
        trained.name(),
        keepsPattern ? "kept" : given.method().name(),
        DesignedNetwork.density(dense, trained),
        ParameterLayout.of(trained).size(),
        end.progress().epoch(),
        end.progress().globalRound(),
        last.path("loss").asDouble(),
        last.path("accuracy").asDouble(),
        last.has("evaluation") ? last.path("evaluation").path("accuracy").asDouble() : null,
        last.has("averageEvaluation")
            ? last.path("averageEvaluation").path("accuracy").asDouble()
            : null,
        end.best().map(BestScore::accuracy).orElse(null),
        last.path("imagesPerSecond").asDouble(),
        run.record().told().get("engine"),
        newest(session));
  }

  private static String newest(Session session) throws IOException {
    return session
        .checkpoints()
        .newest()
        .map(checkpoint -> checkpoint.folder().toString())
        .orElse("none, it is the first round");
  }

  private Configuration hadoop() {
    return data.configuration().value();
  }

  private RunRecord record(Experiment experiment) {
    SortedMap<String, String> identity = new TreeMap<>();
    identify("", data, identity);
    test.ifPresentOrElse(
        set -> identify(RunRecord.TEST, set, identity),
        () -> identity.put(RunRecord.TEST + NAME, RunRecord.ABSENT));
    SortedMap<String, String> environment = new TreeMap<>();
    environment.put("java", Runtime.version().toString());
    environment.put("spark", org.apache.spark.package$.MODULE$.SPARK_VERSION());
    return new RunRecord(CanonicalJson.of(experiment), identity, environment);
  }

  private static void identify(
      String role, DatasetReference set, SortedMap<String, String> identity) {
    DatasetManifest manifest = set.manifest();
    identity.put(role + NAME, manifest.name());
    identity.put(role + "examples", Long.toString(manifest.examples()));
    identity.put(role + "sha256", manifest.contentSha256());
    manifest
        .decoding()
        .ifPresent(version -> identity.put(role + RunRecord.DECODING, Integer.toString(version)));
  }
}
