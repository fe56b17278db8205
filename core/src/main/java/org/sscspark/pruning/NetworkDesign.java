package org.sscspark.pruning;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sscspark.config.BadInputException;
import org.sscspark.config.UnmetSettingsException;
import org.sscspark.data.Augmentation;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.network.FanIn;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Initialization;
import org.sscspark.network.LayerDensity;
import org.sscspark.network.ModelSettings;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.SscSettings;
import org.sscspark.pattern.DensityAllocator;
import org.sscspark.pattern.DensityAllocator.Limits;
import org.sscspark.pattern.DensityProfile;
import org.sscspark.pattern.PrunableLayer;
import org.sscspark.pruning.PruningSettings.Transform;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/**
 * All that decides a network and its initial weights before training. Whatever the method, a weight
 * of the dense network draws the same number from the seed; see {@link Initialization}.
 *
 * @param seed of initial weights, random scores and scoring examples
 * @param method how weights are chosen
 * @param density kept over prunable weights of the dense network
 * @param model the dense network
 * @param ssc how SSC divides the density; its dense layers and fan-in hold for all structures
 * @param pruning how scores are computed and used
 * @param engine the engine of scores that single precision suffices for
 * @param augmentation of training images
 */
public record NetworkDesign(
    long seed,
    Method method,
    double density,
    ModelSettings model,
    SscSettings ssc,
    PruningSettings pruning,
    EngineSettings engine,
    Augmentation augmentation) {
  /** Sets the streams of weights drawn anew apart from those of every layer. */
  private static final int REDRAWN = -1;

  /**
   * Checks that settings and method go together.
   *
   * @throws BadInputException if they do not
   */
  public NetworkDesign {
    PruningPlan.of(method, pruning, seed, augmentation);
  }

  /** How the method scores, if it does. */
  public PruningPlan plan() {
    return PruningPlan.of(method, pruning, seed, augmentation);
  }

  /**
   * The dense network, whose prunable weights are the base of every density.
   *
   * @throws BadInputException if the model is unknown or does not fit
   */
  public NetworkSpec dense(FeatureShape input, int classes) {
    return ModelZoo.network(model, input, classes);
  }

  /**
   * Chooses the network's weights.
   *
   * @see #design(FeatureShape, int, GradientSources, ScoreListener)
   */
  public DesignedNetwork design(FeatureShape input, int classes, GradientSources gradients) {
    return design(input, classes, gradients, ScoreListener.NONE);
  }

  /**
   * Chooses the network's weights.
   *
   * @param gradients where scores that see data get their gradients; not asked otherwise
   * @param listener sees the scores, if the method scores
   * @throws BadInputException if the model is unknown or does not fit, if the density cannot be
   *     met, or if the training set has too few examples to score on
   */
  public DesignedNetwork design(
      FeatureShape input, int classes, GradientSources gradients, ScoreListener listener) {
    NetworkSpec dense = dense(input, classes);
    return method
        .definition()
        .accept(
            scoring -> pruned(dense, scoring, initialParameters(dense), gradients, listener),
            structure -> structured(dense, structure));
  }

  /**
   * Chooses the weights of a trained network: those that score scores as trained, and those that
   * are kept keep their values, unless they are drawn anew.
   *
   * @param dense see {@link #dense}
   * @param trained its flat vector
   * @param gradients as in {@link #design(FeatureShape, int, GradientSources)}
   * @throws BadInputException as there, or if the method gives the network other layers
   */
  public DesignedNetwork design(NetworkSpec dense, float[] trained, GradientSources gradients) {
    return method
        .definition()
        .accept(
            scoring -> pruned(dense, scoring, trained, gradients, ScoreListener.NONE),
            structure -> structured(dense, structure, trained));
  }

  private DesignedNetwork structured(NetworkSpec dense, StructureMethod structure) {
    NetworkSpec network = structure.structure(this, dense);
    return new DesignedNetwork(
        dense, network, Initialization.parameters(network, ssc.fanIn(), seed), Optional.empty());
  }

  private DesignedNetwork structured(
      NetworkSpec dense, StructureMethod structure, float[] trained) {
    NetworkSpec network = structure.structure(this, dense);
    requireSameLayers(dense, network);
    return new DesignedNetwork(dense, network, kept(dense, trained, network), Optional.empty());
  }

  private void requireSameLayers(NetworkSpec dense, NetworkSpec network) {
    List<PrunableLayer> before = dense.layers();
    List<PrunableLayer> after = network.layers();
    if (!before.equals(after)) {
      throw new UnmetSettingsException(
          ("method = %s has other layers than the trained dense network; leave out from, or take"
                  + " another method")
              .formatted(method));
    }
  }

  private static float[] kept(NetworkSpec dense, float[] parameters, NetworkSpec network) {
    return ParameterLayout.of(network).carried(ParameterLayout.of(dense), parameters);
  }

  private DesignedNetwork pruned(
      NetworkSpec dense,
      ScoringMethod scoring,
      float[] start,
      GradientSources gradients,
      ScoreListener listener) {
    PruningPlan plan = plan();
    Scorer scorer =
        scoring.scorer(new ScoringContext(dense, start, density, seed, plan, engine, gradients));
    if (plan.transform() == Transform.INVERT) {
      scorer = new InvertedScorer(scorer);
    }
    Pruner pruner = new Pruner(scorer, plan.schedule(), budget(plan, dense));
    WeightMask kept = pruner.prune(dense, start, density, listener);
    if (plan.transform() == Transform.SHUFFLE) {
      kept = SupportShuffle.shuffled(kept, seed);
    }
    NetworkSpec network = dense.withSupports(kept.supports());
    float[] parameters = kept(dense, start, network);
    if (plan.transform() == Transform.REINITIALIZE) {
      redraw(network, parameters);
    }
    return new DesignedNetwork(
        dense,
        network,
        parameters,
        Optional.of(PruningReport.of(pruner, plan, density, kept, gradients)));
  }

  /** Draws weights anew; what else was trained stays. */
  private void redraw(NetworkSpec network, float[] parameters) {
    float[] redrawn =
        Initialization.parameters(
            network, FanIn.DENSE, RandomStream.key(seed, Purpose.INITIALISATION, REDRAWN));
    System.arraycopy(redrawn, 0, parameters, 0, ParameterLayout.of(network).weightCount());
  }

  /**
   * The initial parameters of the unpruned network, which weights are scored with.
   *
   * @param dense see {@link #dense}
   */
  public float[] initialParameters(NetworkSpec dense) {
    return Initialization.parameters(dense, FanIn.DENSE, seed);
  }

  /**
   * The sizes of the loss's slopes by all weights of a network that is trained, for a support that
   * moves to where they are large.
   *
   * @param weights the flat vector of the dense network, zero where there is no weight
   * @param draw which images
   */
  public double[] slopes(
      NetworkSpec dense, float[] weights, WeightMask kept, int draw, GradientSources gradients) {
    double[] slopes =
        new ScoringContext(dense, weights, density, seed, plan(), engine, gradients)
            .gradients()
            .gradient(kept.masked(weights), draw);
    for (int i = 0; i < slopes.length; i++) {
      slopes[i] = Math.abs(slopes[i]);
    }
    return slopes;
  }

  private LayerBudget budget(PruningPlan plan, NetworkSpec dense) {
    List<PrunableLayer> layers = dense.layers();
    return switch (plan.budget()) {
      case GLOBAL -> new LayerBudget.Global();
      case UNIFORM -> perLayer("uniform", DensityProfile.UNIFORM, layers);
      case ERK -> perLayer("erk", DensityProfile.ERK, layers);
      case ERK_PLUS -> erkPlus(layers);
      case SMART_RATIO -> SmartRatio.densities(dense, density);
      case GIVEN -> given(dense, layers);
    };
  }

  private LayerBudget perLayer(String name, DensityProfile profile, List<PrunableLayer> layers) {
    double[] densities = DensityAllocator.densities(profile, layers, density);
    return LayerBudget.PerLayer.of(name, densities);
  }

  private LayerBudget erkPlus(List<PrunableLayer> layers) {
    List<Limits> limits = new ArrayList<>(Collections.nCopies(layers.size(), Limits.NONE));
    limits.set(layers.size() - 1, Limits.DENSE);
    double[] densities = DensityAllocator.densities(DensityProfile.ERK, layers, limits, density);
    return LayerBudget.PerLayer.of("erk-plus", densities);
  }

  private LayerBudget given(NetworkSpec dense, List<PrunableLayer> layers) {
    Map<String, Double> given =
        LayerDensity.byLayer(dense, "pruning.layers", pruning.layers(), Set.of());
    List<Limits> limits =
        layers.stream()
            .map(layer -> given.get(layer.name()))
            .map(share -> share == null ? Limits.NONE : new Limits(share, share))
            .toList();
    double[] densities =
        DensityAllocator.densities(DensityProfile.EXPLICIT, layers, limits, density);
    double kept = 0;
    double all = 0;
    for (int i = 0; i < densities.length; i++) {
      kept += densities[i] * layers.get(i).weights();
      all += layers.get(i).weights();
    }
    if (kept < density * all - 1) {
      throw new UnmetSettingsException(
          String.format(
              Locale.ROOT,
              "Density %s cannot be met: with pruning.layers, layers keep at most %.4f of the"
                  + " weights; give that density, raise theirs, or leave some out",
              density,
              kept / all));
    }
    return LayerBudget.PerLayer.of("given", densities);
  }
}
