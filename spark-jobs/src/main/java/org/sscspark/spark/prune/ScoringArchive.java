package org.sscspark.spark.prune;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.sscspark.config.CanonicalJson;
import org.sscspark.config.KebabCase;
import org.sscspark.data.Dataset;
import org.sscspark.network.NetworkJson;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.network.ParameterLayout.Segment;
import org.sscspark.pattern.SupportLayout;
import org.sscspark.pattern.WeightShape;
import org.sscspark.pruning.DesignedNetwork;
import org.sscspark.pruning.NetworkDesign;
import org.sscspark.pruning.PruningPlan;
import org.sscspark.pruning.Schedule;
import org.sscspark.pruning.ScoringSet;
import org.sscspark.report.NetworkArrays;
import org.sscspark.report.NumpyArchive;
import org.sscspark.spark.dataset.DatasetReference;

/**
 * All that another program needs to compute a method's scores again: {@code network.json} (the
 * dense network), {@code scoring.json}, the initial parameters as {@link NetworkArrays} names them,
 * {@code LAYER.score} and {@code LAYER.mask} of each layer, and {@code images}, {@code labels} of
 * the first draw.
 */
public final class ScoringArchive {
  private final NetworkDesign design;
  private final DesignedNetwork designed;
  private final double[] scores;
  private final Optional<DatasetReference> set;

  /**
   * What is to be written.
   *
   * @param scores of the dense network's weights, the first that were computed
   * @param set what images were drawn from
   */
  ScoringArchive(
      NetworkDesign design,
      DesignedNetwork designed,
      double[] scores,
      Optional<DatasetReference> set) {
    this.design = design;
    this.designed = designed;
    this.scores = scores;
    this.set = set;
  }

  /** What {@code scoring.json} holds. */
  private record Scoring(
      String method,
      String batchNorm,
      double temperature,
      int chunk,
      long examples,
      long seed,
      boolean seesImages,
      double density,
      String budget,
      List<Double> schedule,
      String transform) {}

  /** Writes the archive. */
  public void write(OutputStream file) throws IOException {
    try (NumpyArchive archive = new NumpyArchive(file)) {
      addScores(archive);
      if (design.method().needsData()) {
        addImages(archive, set.orElseThrow().open());
      }
    }
  }

  private void addScores(NumpyArchive archive) throws IOException {
    PruningPlan plan = design.plan();
    NetworkSpec dense = designed.dense();
    archive.add("network.json", NetworkJson.write(dense) + "\n");
    archive.add(
        "scoring.json",
        CanonicalJson.of(
                new Scoring(
                    design.method().name(),
                    plan.mode().name(),
                    plan.temperature(),
                    plan.data().chunk(),
                    plan.data().examples(dense.classes()),
                    design.seed(),
                    design.method().needsData(),
                    design.density(),
                    KebabCase.of(plan.budget()),
                    densities(plan.schedule(), design.density()),
                    KebabCase.of(plan.transform())))
            + "\n");
    NetworkArrays.add(archive, dense, design.initialParameters(dense));
    ParameterLayout all = ParameterLayout.of(dense);
    ParameterLayout kept = ParameterLayout.of(designed.network());
    for (Op.Weighted op : dense.weighted()) {
      WeightShape weights = op.support().shape();
      int[] shape = {
        weights.filters(), weights.channels(), weights.kernelHeight(), weights.kernelWidth()
      };
      Segment segment = all.segment(op.name(), Role.WEIGHT);
      SupportLayout layout = all.support(op.name());
      double[] spread = new double[weights.size()];
      for (int i = 0; i < segment.length(); i++) {
        spread[layout.denseIndex(i)] = scores[segment.offset() + i];
      }
      archive.add(op.name() + ".score", spread, shape);
      archive.add(op.name() + ".mask", kept.support(op.name()).positions(), shape);
    }
  }

  /** The density after each step. */
  private static List<Double> densities(Schedule schedule, double density) {
    return IntStream.range(0, schedule.steps())
        .mapToObj(step -> schedule.density(step, density))
        .toList();
  }

  /** Adds the images and labels that the first scores saw. */
  private void addImages(NumpyArchive archive, Dataset dataset) throws IOException {
    ScoringSet set = design.plan().data().set(dataset, 0);
    archive.add(
        "images",
        set.images(),
        set.examples(),
        set.shape().channels(),
        set.shape().height(),
        set.shape().width());
    archive.add("labels", Arrays.copyOf(set.labels(), set.examples()), set.examples());
  }
}
