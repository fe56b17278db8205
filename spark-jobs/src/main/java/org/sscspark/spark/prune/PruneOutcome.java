package org.sscspark.spark.prune;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sscspark.data.DatasetManifest;
import org.sscspark.network.NetworkSummary;
import org.sscspark.pruning.DesignedNetwork;
import org.sscspark.pruning.NetworkDesign;
import org.sscspark.pruning.PruningReport;

/**
 * What a method left of a network. Densities count against the dense network's prunable weights;
 * effective ones leave out weights on no path from the image to the logits.
 *
 * @param method how weights were chosen
 * @param model the network's name
 * @param seed of initial weights, random scores and scoring examples
 * @param trainingSet what images were drawn from, in words; null if the method saw none
 * @param requestedDensity the density asked for
 * @param parameters weights, biases, scales and shifts
 * @param macs multiply-adds of one image
 * @param denseMacs those of the dense network
 * @param paths what is left of the ways from the image to the logits
 * @param scoring what the method did, if it scored weights; else null
 */
public record PruneOutcome(
    String method,
    String model,
    long seed,
    String trainingSet,
    double requestedDensity,
    double density,
    double effectiveDensity,
    long parameters,
    long macs,
    long denseMacs,
    Paths paths,
    PruningReport scoring,
    List<Layer> layers) {
  public PruneOutcome {
    layers = List.copyOf(layers);
  }

  /**
   * What is left of the ways from the image to the logits.
   *
   * @param nodes filters of all layers
   * @param effectiveNodes filters on a path
   * @param log10 the decimal logarithm of the number of paths; null if there are none
   */
  public record Paths(int nodes, int effectiveNodes, Double log10) {
    static Paths of(NetworkSummary network) {
      double log10 = network.log10Paths();
      return new Paths(
          network.nodes(),
          network.effectiveNodes(),
          log10 == Double.NEGATIVE_INFINITY ? null : log10);
    }
  }

  /**
   * What is left of a layer.
   *
   * @param prunable weights before any is dropped
   * @param effective kept weights on a path from the image to the logits
   * @param deadFilters filters on no such path
   */
  @JsonPropertyOrder({
    "name",
    "type",
    "prunable",
    "kept",
    "effective",
    "macs",
    "deadFilters",
    "density",
    "effectiveDensity",
    "collapsed"
  })
  public record Layer(
      String name,
      String type,
      long prunable,
      long kept,
      long effective,
      long macs,
      int deadFilters) {
    @JsonProperty
    public double density() {
      return (double) kept / prunable;
    }

    @JsonProperty
    public double effectiveDensity() {
      return (double) effective / prunable;
    }

    /** Whether nothing is left. */
    @JsonProperty
    public boolean collapsed() {
      return kept == 0;
    }
  }

  /**
   * Describes a design.
   *
   * @param trainingSet the training set, if there was one
   */
  public static PruneOutcome of(
      NetworkDesign design, DesignedNetwork designed, Optional<DatasetManifest> trainingSet) {
    NetworkSummary dense = NetworkSummary.of(designed.dense());
    NetworkSummary network = NetworkSummary.of(designed.network());
    return new PruneOutcome(
        design.method().name(),
        network.network(),
        design.seed(),
        trainingSet
            .filter(manifest -> design.method().needsData())
            .map(PruneOutcome::inWords)
            .orElse(null),
        design.density(),
        designed.density(),
        (double) network.effective() / dense.prunable(),
        network.parameters(),
        network.keptMacs(),
        dense.keptMacs(),
        Paths.of(network),
        designed.report().orElse(null),
        network.rows().stream()
            .map(
                row ->
                    new Layer(
                        row.name(),
                        row.type(),
                        row.prunable(),
                        row.kept(),
                        row.effective(),
                        row.keptMacs(),
                        row.deadFilters()))
            .toList());
  }

  private static String inWords(DatasetManifest manifest) {
    return String.format(
        Locale.ROOT,
        "%s, %,d images of %d classes, shard seed %d",
        manifest.name(),
        manifest.examples(),
        manifest.classes().size(),
        manifest.seed());
  }

  /** The names of layers of which nothing is left. */
  @JsonProperty
  public List<String> collapsedLayers() {
    return layers.stream().filter(Layer::collapsed).map(Layer::name).toList();
  }
}
