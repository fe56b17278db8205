package org.sscspark.pruning;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * For how many classes the last layer keeps no weight, if not for all or none: they are answered by
 * a constant.
 *
 * @param layer the last layer's name
 * @param classes of the network
 * @param withoutWeights those that it keeps no weight for
 * @param images the examples of a draw; null where {@code drawn} is
 * @param drawn how many classes the first draw's examples are of; null where that is of no account:
 *     no class was scored by its images, or each by as many
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClassCover(
    String layer, int classes, int withoutWeights, Long images, Integer drawn) {
  static Optional<ClassCover> of(PruningPlan plan, WeightMask kept, GradientSources gradients) {
    int last = kept.layers() - 1;
    int classes = kept.layer(last).support().shape().filters();
    int without = kept.deadFilters(last);
    if (without == 0 || without == classes) {
      return Optional.empty();
    }
    OptionalInt drawn =
        plan.method().needsLabels() && plan.data().mayLackClasses()
            ? gradients.classes(plan.data())
            : OptionalInt.empty();
    return Optional.of(
        new ClassCover(
            kept.layer(last).name(),
            classes,
            without,
            drawn.isPresent() ? plan.data().examples(classes) : null,
            drawn.isPresent() ? drawn.getAsInt() : null));
  }

  /** What a user should know. */
  public String warning() {
    String lacking =
        "%s of %s classes keep no weight in the last layer, %s"
            .formatted(withoutWeights, classes, layer);
    return drawn == null || drawn == classes
        ? lacking
        : "%s: the %s images that were scored first hold %s of them; pruning.examples-per-class draws images of each"
            .formatted(lacking, images, drawn);
  }
}
