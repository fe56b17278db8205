package org.sscspark.spark.evaluate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.NetworkSummary;
import org.sscspark.report.Progress;
import org.sscspark.spark.averaging.ExecutorLanes;
import org.sscspark.spark.dataset.DatasetReference;
import org.sscspark.training.Evaluation;

/**
 * Evaluates checkpoints on one data set.
 *
 * @param engine what computes
 */
public record EvaluateJob(JavaSparkContext spark, DatasetReference data, EngineSettings engine) {
  private static final int BATCH = 128;

  /**
   * What came of it.
   *
   * @param checkpoints those that were evaluated; runs that have gone meanwhile are left out
   * @param models of each checkpoint, in their order
   */
  public record Evaluated(FoundCheckpoints checkpoints, List<ModelEvaluation> models) {
    public Evaluated {
      models = List.copyOf(models);
    }
  }

  /**
   * Checks that all checkpoints fit the data set, then evaluates one after the other.
   *
   * @throws BadInputException if a network does not fit the data set or the executors' memory, or
   *     no run is there any more
   * @throws IOException if a checkpoint cannot be read
   */
  public Evaluated run(FoundCheckpoints checkpoints, Progress progress) throws IOException {
    FoundCheckpoints fitting = checkpoints.each(this::require);
    EngineSettings even = engine.withLanes(() -> ExecutorLanes.narrowest(spark));
    List<ModelEvaluation> models = new ArrayList<>();
    try (Progress.Stage stage = progress.start("evaluate", fitting.found().size(), "checkpoints")) {
      FoundCheckpoints evaluated =
          fitting.each(
              checkpoint -> {
                models.add(evaluate(checkpoint, even));
                stage.at(models.size(), checkpoint.name());
              });
      return new Evaluated(evaluated, models);
    }
  }

  /** A checkpoint and what it holds. */
  private record Loaded(FoundCheckpoint found, SavedModel model) {}

  private ModelEvaluation evaluate(FoundCheckpoint chosen, EngineSettings even) throws IOException {
    Loaded loaded = chosen.read(one -> new Loaded(one, one.model()));
    FoundCheckpoint found = loaded.found();
    SavedModel model = loaded.model();
    if (!found.checkpoint().equals(chosen.checkpoint())) {
      require(found);
    }
    Evaluation evaluation =
        new DistributedEvaluation(data, model.input().normalization(), even, BATCH)
            .evaluate(spark, model.network(), model.state().parameters());
    return new ModelEvaluation(
        found.name(),
        found.checkpoint().folder().toString(),
        model.state().progress().epoch(),
        model.state().progress().globalRound(),
        found.lengthBytes(),
        NetworkSummary.of(model.network()),
        DenseCounts.of(found, model.network()),
        model.input().classes(),
        evaluation);
  }

  private void require(FoundCheckpoint found) throws IOException {
    AnsweringMemory.require(
        spark, "Evaluating", found.read(one -> requireFits(one, data)), engine, BATCH);
  }

  /**
   * Checks that a checkpoint fits a data set and has the parameters that are asked for.
   *
   * @return its network
   * @throws BadInputException if not
   */
  public static NetworkSpec requireFits(FoundCheckpoint found, DatasetReference data)
      throws IOException {
    NetworkSpec network = found.network();
    DatasetReference.requireClasses(
        "checkpoint " + found.checkpoint().folder(),
        found.input().classes(),
        "Data set " + data.location(),
        data.manifest());
    DistributedEvaluation.requireFits(network, data);
    found.requireParameters();
    return network;
  }
}
