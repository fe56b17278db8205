package org.sscspark.spark.evaluate;

import java.io.Serializable;
import java.util.Iterator;
import org.sscspark.data.Augmentation;
import org.sscspark.data.Dataset;
import org.sscspark.data.EpochOrder;
import org.sscspark.data.ImageTransform;
import org.sscspark.data.MinibatchPlan;
import org.sscspark.data.MinibatchReader;
import org.sscspark.data.Normalization;
import org.sscspark.engine.InferenceReplica;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.engine.choice.Engines;
import org.sscspark.network.NetworkSpec;
import org.sscspark.spark.dataset.DatasetReference;
import org.sscspark.spark.gpu.DeviceBinding;
import org.sscspark.training.Evaluator;
import org.sscspark.training.PartsEvaluation;

/** What one task of an evaluation does, on an executor. */
record PartEvaluator(
    DatasetReference data,
    Normalization normalization,
    EngineSettings engine,
    int threads,
    int batch,
    int parts,
    NetworkSpec network)
    implements Serializable {

  /** Evaluates some parts, one after the other, on one replica; one answer tells of all. */
  PartsEvaluation evaluate(float[] parameters, Iterator<Integer> indices) {
    Dataset dataset = data.open();
    EpochOrder order = EpochOrder.stored(data.manifest(), parts);
    ImageTransform transform = new ImageTransform(Augmentation.none(), normalization);
    try (InferenceReplica replica =
        Engines.create(engine, threads, DeviceBinding.ofTask().gpu())
            .inferenceReplica(network, batch)) {
      System.arraycopy(parameters, 0, replica.parameters(), 0, parameters.length);
      Evaluator evaluator = new Evaluator(replica);
      while (indices.hasNext()) {
        MinibatchPlan plan = MinibatchPlan.epoch(order, indices.next(), batch);
        try (MinibatchReader batches =
            new MinibatchReader(dataset, plan, transform, replica.inputLayout())) {
          evaluator.add(batches);
        }
      }
      return evaluator.evaluation();
    }
  }
}
