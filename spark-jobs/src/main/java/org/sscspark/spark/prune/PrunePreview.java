package org.sscspark.spark.prune;

import java.util.LinkedHashMap;
import java.util.Map;
import org.sscspark.config.KebabCase;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;
import org.sscspark.pruning.GradientSources;
import org.sscspark.pruning.NetworkDesign;

/** How a network's weights would be chosen. */
public final class PrunePreview {
  private final Map<String, Object> facts = new LinkedHashMap<>();

  /**
   * Looks ahead as far as no score is needed.
   *
   * @throws BadInputException if a structure cannot meet the density
   */
  PrunePreview(NetworkDesign design, FeatureShape input, int classes) {
    NetworkSpec dense = design.dense(input, classes);
    facts.put("model", dense.name());
    facts.put("method", design.method().name());
    facts.put("density", design.density());
    facts.put("prunable", ParameterLayout.of(dense).weightCount());
    if (design.method().scores()) {
      facts.put("budget", KebabCase.of(design.plan().budget()));
      facts.put("schedule", design.plan().schedule().description());
      facts.put("transform", KebabCase.of(design.plan().transform()));
    } else {
      // It follows from settings alone.
      NetworkSpec network = design.design(input, classes, GradientSources.NONE).network();
      facts.put("kept", ParameterLayout.of(network).weightCount());
    }
    if (design.method().needsData()) {
      facts.put("data", design.plan().data().description());
    }
  }

  /** The plan, for JSON. */
  public Map<String, Object> json() {
    return facts;
  }

  /** The plan in lines of text. */
  public String text() {
    StringBuilder text =
        new StringBuilder(
            "would choose the weights of %s by %s%n"
                .formatted(facts.get("model"), facts.get("method")));
    facts.forEach((name, value) -> text.append("  %s: %s%n".formatted(name, value)));
    return text.toString();
  }
}
