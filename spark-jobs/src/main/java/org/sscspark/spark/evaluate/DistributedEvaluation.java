package org.sscspark.spark.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.sscspark.data.Normalization;
import org.sscspark.network.NetworkSpec;
import org.sscspark.training.Evaluation;

/**
 * Evaluates networks on Spark. A data set is cut into as many parts as it has shards, whatever the
 * cluster, and the parts' counts are added in their order, so the result does not depend on the
 * number of executors.
 *
 * @param set the images
 * @param normalization what the network was trained with
 * @param engine the name of the engine
 * @param batch images of one forward pass
 */
public record DistributedEvaluation(
    EvaluationSet set, Normalization normalization, String engine, int batch) {

  /**
   * Evaluates one network.
   *
   * @param parameters the flat parameter vector
   * @throws org.sscspark.config.BadInputException if the network does not fit the data set, or a
   *     shard cannot be read
   */
  public Evaluation evaluate(JavaSparkContext spark, NetworkSpec network, float[] parameters) {
    set.requireFits(network, "The network " + network.name());
    int threads = spark.getConf().getInt("spark.task.cpus", 1);
    int parts =
        Math.toIntExact(Math.min(set.manifest().shards().size(), set.manifest().examples()));
    int tasks = Math.max(1, Math.min(parts, spark.defaultParallelism() / threads));
    PartEvaluator evaluator =
        new PartEvaluator(set, normalization, engine, threads, batch, parts, network);
    Broadcast<float[]> broadcast = spark.broadcast(parameters);
    try {
      List<Integer> indices = IntStream.range(0, parts).boxed().toList();
      return spark
          .parallelize(new ArrayList<>(indices), tasks)
          .mapPartitions(part -> evaluator.evaluate(broadcast.value(), part))
          .collect()
          .stream()
          .reduce(Evaluation.none(network.classes()), Evaluation::plus);
    } finally {
      broadcast.destroy();
    }
  }
}
