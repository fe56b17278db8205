package org.sscspark.pruning;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sscspark.config.KebabCase;

/**
 * What a method did, for the record of a run.
 *
 * @param method the method's name
 * @param schedule the schedule, in words
 * @param budget how layers shared the budget
 * @param data what the score saw
 * @param transform the sanity check that was made, or none
 * @param requestedDensity the density asked for
 * @param layers each weighted layer, in the network's order
 * @param classCover for how many classes the last layer keeps no weight; null if for all or none
 */
@JsonPropertyOrder({
  "method",
  "schedule",
  "budget",
  "data",
  "transform",
  "requestedDensity",
  "layers",
  "classCover",
  "density",
  "collapsedLayers"
})
public record PruningReport(
    String method,
    String schedule,
    String budget,
    String data,
    String transform,
    double requestedDensity,
    List<Layer> layers,
    @JsonInclude(JsonInclude.Include.NON_NULL) ClassCover classCover) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  public PruningReport {
    layers = List.copyOf(layers);
  }

  /** What is left of a layer. */
  public record Layer(String name, int prunable, int kept, int deadFilters) {
    public double density() {
      return (double) kept / prunable;
    }

    /** Whether nothing is left, so that the network's output is constant or loses a branch. */
    public boolean collapsed() {
      return kept == 0;
    }
  }

  /**
   * Describes the outcome of a pruner.
   *
   * @param gradients where its score had gradients of
   */
  static PruningReport of(
      Pruner pruner, PruningPlan plan, double density, WeightMask kept, GradientSources gradients) {
    List<Layer> layers = new ArrayList<>();
    for (int layer = 0; layer < kept.layers(); layer++) {
      layers.add(
          new Layer(
              kept.layer(layer).name(),
              kept.size(layer),
              kept.count(layer),
              kept.deadFilters(layer)));
    }
    String seen = pruner.scorer().description();
    return new PruningReport(
        plan.method().name(),
        pruner.schedule().description(),
        KebabCase.of(plan.budget()),
        plan.method().needsData() ? plan.data().description() + ", " + seen : seen,
        KebabCase.of(plan.transform()),
        density,
        layers,
        ClassCover.of(plan, kept, gradients).orElse(null));
  }

  /** Kept weights over prunable weights. */
  @JsonProperty
  public double density() {
    long prunable = layers.stream().mapToLong(Layer::prunable).sum();
    return (double) layers.stream().mapToLong(Layer::kept).sum() / prunable;
  }

  /** The names of layers of which nothing is left. */
  @JsonProperty
  public List<String> collapsedLayers() {
    return layers.stream().filter(Layer::collapsed).map(Layer::name).toList();
  }

  /** What a user should know of classes without weights, if there are some. */
  public Optional<String> lackingClasses() {
    return Optional.ofNullable(classCover).map(ClassCover::warning);
  }

  /** One document of JSON. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write what a pruning method did as JSON", e);
    }
  }
}
