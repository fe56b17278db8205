package org.sscspark.spark.prune;

import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.sscspark.pruning.ChunkGradient;
import org.sscspark.pruning.GradientSource;
import org.sscspark.pruning.GradientSources;
import org.sscspark.pruning.GradientSum;
import org.sscspark.pruning.LossGradient;
import org.sscspark.pruning.ScoringData;
import org.sscspark.spark.averaging.ExecutorLanes;
import org.sscspark.spark.averaging.JavaBytes;
import org.sscspark.spark.dataset.DatasetReference;

/**
 * Gradients of scoring examples, a task for each chunk. The driver adds them in the chunks' order,
 * so the sum has the bits of one machine's, however many workers there are.
 *
 * @param data the training set
 * @param workers chunks that are computed at once; the driver holds their gradients
 */
public record ClusterGradients(JavaSparkContext spark, DatasetReference data, int workers)
    implements GradientSources {
  public ClusterGradients {
    if (workers < 1) {
      throw new IllegalArgumentException("Workers must be positive, were " + workers);
    }
  }

  /** One worker for each task slot of the cluster. */
  public static ClusterGradients of(JavaSparkContext spark, DatasetReference data) {
    int threads = spark.sc().conf().getInt("spark.task.cpus", 1);
    return new ClusterGradients(spark, data, Math.max(1, spark.defaultParallelism() / threads));
  }

  @Override
  public GradientSource of(LossGradient given, ScoringData scoring) {
    LossGradient loss = given.withLanes(() -> ExecutorLanes.narrowest(spark));
    return new GradientSource() {
      @Override
      public double[] gradient(double[] weights, int draw) {
        return ClusterGradients.this.gradient(new Task(loss, scoring, data, weights, draw));
      }

      @Override
      public String description() {
        return loss.description();
      }
    };
  }

  private double[] gradient(Task task) {
    int chunks = task.scoring().chunks(data.manifest());
    GradientSum sum = new GradientSum(task.weights().length);
    Broadcast<byte[]> broadcast = spark.broadcast(JavaBytes.of(task));
    try {
      for (int start = 0; start < chunks; start += workers) {
        List<Integer> wave =
            IntStream.range(start, Math.min(start + workers, chunks)).boxed().toList();
        spark
            .parallelize(wave, wave.size())
            .map(chunk -> JavaBytes.read(broadcast.value(), Task.class).gradient(chunk))
            .collect()
            .forEach(sum::add);
      }
    } finally {
      broadcast.destroy();
    }
    return sum.mean(task.scoring().examples(data.manifest()));
  }

  /** One gradient as executors see it: a pure function of the chunk's number. */
  @SuppressWarnings("ArrayRecordComponent") // Serialised, never compared.
  private record Task(
      LossGradient loss, ScoringData scoring, DatasetReference data, double[] weights, int draw)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    double[] gradient(int chunk) {
      try (ChunkGradient gradient = loss.open(scoring.chunk())) {
        return gradient.of(weights, scoring.chunk(data.open(), draw, chunk), 0);
      }
    }
  }
}
