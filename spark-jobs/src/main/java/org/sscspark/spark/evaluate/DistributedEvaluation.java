package org.sscspark.spark.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.sscspark.config.BadInputException;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.Normalization;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.network.NetworkSpec;
import org.sscspark.spark.averaging.TaskSlots;
import org.sscspark.spark.dataset.DatasetReference;
import org.sscspark.training.Evaluation;

/**
 * Evaluates networks on Spark. A data set is cut into as many parts as it has shards, whatever the
 * cluster, and the parts' losses are added in their order, so the result does not depend on the
 * number of executors.
 *
 * @param data the images
 * @param normalization what the network was trained with
 * @param engine what computes
 * @param batch images of one forward pass
 */
public record DistributedEvaluation(
    DatasetReference data, Normalization normalization, EngineSettings engine, int batch) {

  /**
   * Evaluates one network.
   *
   * @param parameters the flat parameter vector
   * @throws BadInputException if the network does not fit the data set, or a shard cannot be read
   */
  public Evaluation evaluate(JavaSparkContext spark, NetworkSpec network, float[] parameters) {
    int threads = spark.getConf().getInt("spark.task.cpus", 1);
    int tasks = Math.max(1, Math.min(parts(), TaskSlots.toShare(spark.sc())));
    PartEvaluator evaluator = evaluator(network, threads);
    Broadcast<float[]> broadcast = spark.broadcast(parameters);
    try {
      return Evaluation.of(
          network.classes(),
          spark
              .parallelize(indices(), tasks)
              .mapPartitions(
                  some -> List.of(evaluator.evaluate(broadcast.value(), some)).iterator())
              .collect());
    } finally {
      broadcast.destroy();
    }
  }

  /**
   * Evaluates one network in the thread that asks, part after part, to the same bits.
   *
   * @param parameters the flat parameter vector
   * @param threads of the replica
   * @throws BadInputException if the network does not fit the data set, or a shard cannot be read
   */
  public Evaluation evaluate(NetworkSpec network, float[] parameters, int threads) {
    return Evaluation.of(
        network.classes(),
        List.of(evaluator(network, threads).evaluate(parameters, indices().iterator())));
  }

  private PartEvaluator evaluator(NetworkSpec network, int threads) {
    requireFits(network, data);
    return new PartEvaluator(
        data.fitting(network.input()), normalization, engine, threads, batch, parts(), network);
  }

  private int parts() {
    return Math.toIntExact(Math.min(data.manifest().shards().size(), data.manifest().examples()));
  }

  private List<Integer> indices() {
    return new ArrayList<>(IntStream.range(0, parts()).boxed().toList());
  }

  /**
   * Checks that a network reads these images, if need be scaled until they cover its input, and
   * knows these classes.
   *
   * @throws BadInputException if not
   */
  static void requireFits(NetworkSpec network, DatasetReference data) {
    DatasetManifest images = data.fitting(network.input()).manifest();
    if (!network.input().equals(images.shape())) {
      throw new BadInputException(
          "Network %s reads images of %s, but those of %s are %s; give the data set it was trained for"
              .formatted(network.name(), network.input(), data.location(), images.shape()));
    }
    if (network.classes() != images.classes().size()) {
      throw new BadInputException(
          "Network %s knows %s classes, but %s has %s; give the data set it was trained for"
              .formatted(
                  network.name(), network.classes(), data.location(), images.classes().size()));
    }
  }
}
