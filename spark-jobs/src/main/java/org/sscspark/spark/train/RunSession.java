package org.sscspark.spark.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.checkpoint.Checkpoint;
import org.sscspark.checkpoint.CheckpointWriter;
import org.sscspark.checkpoint.EpochMetricsFiles;
import org.sscspark.checkpoint.RunDirectory;
import org.sscspark.config.BadInputException;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;
import org.sscspark.pruning.DesignedNetwork;
import org.sscspark.pruning.NetworkDesign;
import org.sscspark.pruning.Regrowth;
import org.sscspark.report.Progress;
import org.sscspark.spark.averaging.RoundMaster;
import org.sscspark.spark.averaging.TrainingJob;
import org.sscspark.spark.evaluate.DistributedEvaluation;
import org.sscspark.spark.evaluate.SavedModel;
import org.sscspark.training.BestScore;
import org.sscspark.training.DivergedException;
import org.sscspark.training.Evaluation;
import org.sscspark.training.RoundPlan;
import org.sscspark.training.TrainingListener;
import org.sscspark.training.TrainingState;

/**
 * A run under way: where it is written, and who is told.
 *
 * @param setup what is known of it
 * @param begun the checkpoint it resumes from, if there is one
 */
record RunSession(
    RunSetup setup,
    RunDirectory run,
    CheckpointWriter checkpoints,
    Optional<Checkpoint> begun,
    Progress progress,
    List<TrainingListener> observers) {
  private static final Logger LOG = LoggerFactory.getLogger(RunSession.class);

  /** What the method did, if it scored weights. */
  private static final String PRUNING_FILE = "pruning.json";

  /** A run's last state of now, and what is said of it. */
  record Trained(TrainingState state, TrainOutcome outcome) {}

  /** Trains to the end, or to where the run pauses. */
  Trained train() throws IOException {
    TrainPlan unused = setup.plan();
    Optional<DensePhase> densePhase = setup.request().densePhase();
    TrainingState start = start();
    observers.forEach(observer -> observer.onStart(start));
    boolean isDense = densePhase.filter(phase -> phase.holds(start.progress())).isPresent();
    TrainingState end = stretch(start, isDense);
    if (isDense
        && densePhase.get().isOver(end.progress())
        && end.progress().epoch() < given().train().lastEpoch()) {
      end = stretch(pruned(densePhase.get(), end), /* isDense= */ false);
    }
    return new Trained(end, outcome(setup.current(), end));
  }

  private Experiment given() {
    return setup.request().experiment();
  }

  private TrainingState pruned(DensePhase phase, TrainingState last) throws IOException {
    DesignedNetwork chosen =
        phase.chosen(last, setup.resolved().engine(), setup.request().gradients());
    if (chosen.report().isPresent()) {
      RunSetup.warnOfCollapse(chosen.report().get());
      run.write(PRUNING_FILE, chosen.report().get().toJson());
    }
    setup.becomes(chosen.network());
    return phase.pruned(last, chosen);
  }

  /**
   * Trains one network, from a state to where it is pruned or the run ends.
   *
   * @param isDense whether it is the one that will be pruned
   */
  private TrainingState stretch(TrainingState start, boolean isDense) throws IOException {
    RunRequest request = setup.request();
    Experiment experiment = setup.resolved().experiment();
    RoundPlan rounds = setup.resolved().rounds();
    int end = given().train().lastEpoch();
    int last = isDense ? Math.min(given().denseEpochs(), end) : end;
    TrainingJob job =
        new TrainingJob(
            setup.current(),
            setup.resolved().engine(),
            request.place().threads(),
            experiment.train(),
            rounds,
            experiment.averaging().optimizerState(),
            experiment.seed(),
            request.data());
    String name = isDense ? "train dense" : "train";
    long left = Math.max(0, last * rounds.examples() - start.progress().examples());
    try (RoundMaster master = master(job, experiment);
        Progress.Stage stage = progress.start(name, left, "images")) {
      List<TrainingListener> told = new ArrayList<>();
      told.add(new ProgressLines(stage, given().train().epochs()));
      told.add(
          new RunWriter(
              run,
              checkpoints,
              given(),
              rounds,
              setup::current,
              SavedModel.Input.of(request.data().manifest()),
              !isDense));
      told.addAll(observers);
      return new TrainingLoop(
              new EngineRecorder(master, run),
              state -> state.progress().epoch() >= last || given().train().complete(state, rounds),
              evaluation(job),
              !isDense,
              told)
          .run(start);
    } catch (DivergedException e) {
      throw e.lastGood(newest());
    }
  }

  /** What computes the rounds of a network, and of those that follow where its support moves. */
  private RoundMaster master(TrainingJob job, Experiment experiment) {
    RunRequest request = setup.request();
    Function<NetworkSpec, RoundMaster> masters =
        trained -> request.place().master(job.with(trained), experiment.averaging());
    NetworkDesign design = experiment.withEngine(job.engine()).design();
    Optional<Regrowth> regrowth = design.plan().regrowth();
    if (regrowth.isEmpty()) {
      return masters.apply(job.network());
    }
    MovingMaster.Moves moves =
        new MovingMaster.Moves(
            request.dense(),
            design,
            regrowth.get(),
            experiment.train().optimizer(),
            experiment.train().epochs() * job.plan().stepsPerEpoch(),
            request.gradients());
    return new MovingMaster(moves, job.network(), masters, setup::becomes);
  }

  private Optional<Function<float[], Evaluation>> evaluation(TrainingJob job) {
    RunRequest request = setup.request();
    return request
        .test()
        .map(
            set -> {
              DistributedEvaluation evaluator =
                  new DistributedEvaluation(
                      set,
                      SavedModel.Input.of(request.data().manifest()).normalization(),
                      job.engine(),
                      RunSetup.EVALUATION_BATCH);
              return parameters -> request.place().evaluate(evaluator, setup.current(), parameters);
            });
  }

  private TrainingState start() throws IOException {
    if (begun.isEmpty()) {
      DesignedNetwork start = setup.designed();
      // It refuses other weights than those of an earlier start, whose files stay.
      if (setup.starting().isPresent()) {
        setup.starting().get().record(run);
      }
      if (start.report().isPresent()) {
        run.write(PRUNING_FILE, start.report().get().toJson());
      }
      int stateSize = given().train().optimizer().stateSize(ParameterLayout.of(start.network()));
      return TrainingState.initial(start.initialParameters(), stateSize, given().seed());
    }
    SavedModel saved = SavedModel.read(checkpoints.store(), begun.get());
    setup.becomes(saved.network());
    TrainingState state = saved.state();
    LOG.info(
        "Resuming from {}: epoch {}, round {}",
        begun.get().folder(),
        state.progress().epoch() + 1,
        state.progress().round() + 1);
    warnOfLostMetrics(state.progress().epoch());
    // The run may have been stopped between its last checkpoint and the removal of older ones.
    checkpoints.removeOld(begun.get(), given().checkpoint().keep());
    return state;
  }

  /** An epoch's metrics are written before its checkpoint: those there are not were lost since. */
  private void warnOfLostMetrics(int trained) throws IOException {
    for (int epoch : run.metrics().missing(trained)) {
      LOG.warn(
          "The metrics of epoch {} are lost: {}/{} is missing or empty; the epoch is not trained"
              + " again, and reports do without it",
          epoch,
          run.root(),
          EpochMetricsFiles.name(epoch));
    }
  }

  private TrainOutcome outcome(NetworkSpec trained, TrainingState end) throws IOException {
    JsonNode last = lastMetrics(end.progress().epoch());
    boolean keepsPattern = given().from().isPresent() && StartingModel.keepsPattern(run);
    return new TrainOutcome(
        trained.name(),
        keepsPattern ? "kept" : given().method().name(),
        DesignedNetwork.density(setup.request().dense(), trained),
        ParameterLayout.of(trained).trainableCount(),
        end.progress().epoch(),
        given().train().complete(end, setup.resolved().rounds())
            ? null
            : given().train().epochs() - end.progress().epoch(),
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
        newest());
  }

  private JsonNode lastMetrics(int epoch) throws IOException {
    return run.metrics()
        .read(epoch)
        .filter(metrics -> metrics.path("epoch").asInt() == epoch)
        .orElseThrow(
            () ->
                new BadInputException(
                    "The run in %s has lost the metrics of its last epoch: restore %s, or remove its newest checkpoint, and the same command trains the epoch again"
                        .formatted(run.root(), EpochMetricsFiles.name(epoch))));
  }

  private String newest() throws IOException {
    return checkpoints
        .newest()
        .map(checkpoint -> checkpoint.folder().toString())
        .orElse("none, there is no checkpoint yet");
  }
}
