package org.sscspark.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.config.BadInputException;
import org.sscspark.data.Augmentation;
import org.sscspark.data.Dataset;
import org.sscspark.data.ImageBlocks;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.Replica;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.engine.choice.Engines;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.NetworkSummary;
import org.sscspark.network.ParameterLayout;
import org.sscspark.pattern.DensityAllocator;
import org.sscspark.pattern.SupportLayout;
import org.sscspark.pruning.LossGradient.Precision;

class NetworkDesignTest {
  private static final FeatureShape SMALL = new FeatureShape(3, 12, 12);
  private static final int CLASSES = 4;
  private static final Dataset DATA = ImageBlocks.random(SMALL, CLASSES, 90, 80, 90);
  private static final GradientSources LOCAL = GradientSources.local(DATA);

  private static NetworkDesign design(Method method, double density, String... settings) {
    List<String> arguments = new ArrayList<>(List.of("model.name=convnet"));
    arguments.addAll(Arrays.asList(settings));
    return TestDesigns.of(method, density, Augmentation.cropAndFlip(2), arguments);
  }

  private static DesignedNetwork small(Method method, double density, String... settings) {
    return design(method, density, settings)
        .design(SMALL, CLASSES, method.needsData() ? LOCAL : GradientSources.NONE);
  }

  @ParameterizedTest
  @MethodSource("org.sscspark.pruning.Method#all")
  void everyMethodKeepsItsBudgetAndItsNetworkRuns(Method method) {
    // The structures of a tiny network cannot have so few weights.
    double[] densities = method.scores() ? new double[] {0.5, 0.2, 0.05} : new double[] {0.5, 0.2};
    for (double density : densities) {
      DesignedNetwork designed = small(method, density, inTime(method));
      int kept = ParameterLayout.of(designed.network()).weightCount();
      int prunable = ParameterLayout.of(designed.dense()).weightCount();
      if (method.scores()) {
        assertThat(kept).isEqualTo(DensityAllocator.keptOf(prunable, density));
        assertThat(designed.report().orElseThrow().density()).isEqualTo(designed.density());
      } else if (!method.equals(Method.DENSE)) {
        // A tiny network's widths and groups are coarse.
        assertThat(designed.density()).isLessThanOrEqualTo(density).isGreaterThan(0.6 * density);
      }
      assertThat(logits(designed)).doesNotContain(Float.NaN);
    }
  }

  /** Settings that change nothing but how long the method takes. */
  private static String[] inTime(Method method) {
    return List.of("px", "ntk-sap").contains(method.name())
        ? new String[] {"pruning.steps=2", "pruning.examples-per-class=2"}
        : new String[0];
  }

  private static float[] logits(DesignedNetwork designed) {
    try (Replica replica = Engines.create(Engines.AUTO, 1).replica(designed.network(), 2)) {
      System.arraycopy(
          designed.initialParameters(), 0, replica.parameters(), 0, replica.parameters().length);
      float[] logits = new float[2 * CLASSES];
      replica.forward(replica.newInput(), 2, BatchNormMode.BATCH, logits);
      return logits;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"random-erk", "snip", "grasp", "synflow", "force"})
  void designsAreReproducible(Method method) {
    DesignedNetwork once = small(method, 0.3);
    DesignedNetwork again = small(method, 0.3);
    assertThat(again.network()).isEqualTo(once.network());
    assertThat(again.initialParameters()).isEqualTo(once.initialParameters());
  }

  static List<Method> methodsOfTheDenseNetworksLayers() {
    List<String> others = List.of("depthwise", "narrow");
    return Method.all().stream().filter(method -> !others.contains(method.name())).toList();
  }

  /** Equal draws for all methods: a kept weight starts where the dense network's starts. */
  @ParameterizedTest
  @MethodSource("methodsOfTheDenseNetworksLayers")
  void keptWeightsStartAsInTheDenseNetwork(Method method) {
    DesignedNetwork dense = small(Method.DENSE, 1);
    List<String> settings = new ArrayList<>(List.of(inTime(method)));
    settings.add("ssc.fan-in=dense");
    DesignedNetwork designed = small(method, 0.3, settings.toArray(new String[0]));
    for (int layer = 0; layer < dense.network().weighted().size(); layer++) {
      float[] expected = denseWeights(dense, layer);
      float[] actual = denseWeights(designed, layer);
      for (int i = 0; i < expected.length; i++) {
        if (actual[i] != 0) {
          assertThat(actual[i]).isEqualTo(expected[i]);
        }
      }
    }
  }

  private static float[] denseWeights(DesignedNetwork designed, int layer) {
    String name = designed.network().weighted().get(layer).name();
    ParameterLayout layout = ParameterLayout.of(designed.network());
    return layout
        .support(name)
        .dense(
            designed.initialParameters(),
            layout.segment(name, ParameterLayout.Role.WEIGHT).offset());
  }

  @Test
  void graspScoresInTrainingModeAsItsAuthorsDoAndTheOthersWithoutBatchNorm() {
    for (Method method :
        List.of(
            new Method("snip"),
            new Method("iterative-snip"),
            new Method("force"),
            new Method("grasp"))) {
      assertThat(design(method, 0.1).plan().mode())
          .isEqualTo(
              method.equals(new Method("grasp")) ? BatchNormMode.BATCH : BatchNormMode.RUNNING);
      assertThat(design(method, 0.1, "pruning.batch-norm=chunk").plan().mode())
          .isEqualTo(BatchNormMode.BATCH);
      assertThat(design(method, 0.1, "pruning.batch-norm=initial").plan().mode())
          .isEqualTo(BatchNormMode.RUNNING);
    }
  }

  @Test
  void reinitializeKeepsTheSupportsAndDrawsOtherWeights() {
    DesignedNetwork plain = small(new Method("snip"), 0.3);
    DesignedNetwork redrawn = small(new Method("snip"), 0.3, "pruning.transform=reinitialize");
    assertThat(redrawn.network()).isEqualTo(plain.network());
    assertThat(redrawn.initialParameters()).isNotEqualTo(plain.initialParameters());
  }

  /** Kind: what was trained and is no weight is thrown away with the weights. */
  @Test
  void reinitializeLeavesOfATrainedNetworkAllButTheWeights() {
    NetworkDesign design = design(new Method("magnitude"), 0.3, "pruning.transform=reinitialize");
    NetworkSpec dense = design.dense(SMALL, CLASSES);
    float[] trained = design.initialParameters(dense);
    for (int i = 0; i < trained.length; i++) {
      trained[i] += 0.01f * (i + 1);
    }
    DesignedNetwork redrawn = design.design(dense, trained, GradientSources.NONE);
    DesignedNetwork plain =
        design(new Method("magnitude"), 0.3).design(dense, trained, GradientSources.NONE);
    assertThat(redrawn.network()).isEqualTo(plain.network());
    int weights = ParameterLayout.of(plain.network()).weightCount();
    float[] before = plain.initialParameters();
    float[] after = redrawn.initialParameters();
    for (int i = 0; i < after.length; i++) {
      assertThat(after[i] == before[i]).as("parameter %s", i).isEqualTo(i >= weights);
    }
  }

  /** Kind: weights left for some classes alone, without a word. */
  @Test
  void classesThatKeepNoWeightAreCountedAndSoAreThoseThatWereScored() {
    Dataset manyClasses = ImageBlocks.random(SMALL, 40, 90, 80, 90);
    GradientSources gradients = GradientSources.local(manyClasses);
    ClassCover few =
        design(new Method("snip"), 0.02, "pruning.chunk=8")
            .design(SMALL, 40, gradients)
            .report()
            .orElseThrow()
            .classCover();
    assertThat(few.withoutWeights()).isBetween(1, 39);
    assertThat(few.drawn()).isBetween(2, 8);
    assertThat(few.warning())
        .isEqualTo(
            "%s of 40 classes keep no weight in the last layer, classifier: the 8 images that were scored first hold %s of them; pruning.examples-per-class draws images of each"
                .formatted(few.withoutWeights(), few.drawn()));
    ClassCover even =
        design(new Method("snip"), 0.02, "pruning.examples-per-class=1")
            .design(SMALL, 40, gradients)
            .report()
            .orElseThrow()
            .classCover();
    assertThat(even.drawn()).isNull();
    assertThat(even.warning()).doesNotContain("examples-per-class");
    ClassCover unseen =
        design(new Method("magnitude"), 0.01)
            .design(SMALL, 40, GradientSources.NONE)
            .report()
            .orElseThrow()
            .classCover();
    assertThat(unseen.warning())
        .isEqualTo(
            unseen.withoutWeights()
                + " of 40 classes keep no weight in the last layer, classifier");
    assertThat(small(new Method("snip"), 0.5).report().orElseThrow().lackingClasses()).isEmpty();
  }

  static List<Method> scoringMethods() {
    return Method.all().stream().filter(Method::scores).toList();
  }

  /** Kind: a setting that a method does not read is lost without a word. */
  @ParameterizedTest
  @MethodSource("scoringMethods")
  void aTemperatureChangesScoresOrIsSaidToHaveNoEffect(Method method) {
    assertThat(Arrays.equals(firstScores(method, 1), firstScores(method, 50)))
        .isEqualTo(!method.readsPruning("temperature") || method.regrowth().isPresent());
  }

  private static double[] firstScores(Method method, int temperature) {
    List<double[]> seen = new ArrayList<>();
    design(
            method,
            0.3,
            "pruning.steps=1",
            "pruning.examples-per-class=2",
            "pruning.temperature=" + temperature)
        .design(SMALL, CLASSES, LOCAL, (step, scores) -> seen.add(scores.clone()));
    return seen.get(0);
  }

  /** Kind: a record that calls trained statistics initial. */
  @Test
  void theRecordSaysWhetherBatchNormWasTrained() {
    for (String name : List.of("snip", "px")) {
      NetworkDesign design = design(new Method(name), 0.3, inTime(new Method(name)));
      NetworkSpec dense = design.dense(SMALL, CLASSES);
      float[] parameters = design.initialParameters(dense);
      assertThat(seen(design, dense, parameters)).contains("batch norm on initial statistics");
      parameters[parameters.length - 1] += 0.5f;
      assertThat(seen(design, dense, parameters)).contains("batch norm on trained statistics");
    }
  }

  private static String seen(NetworkDesign design, NetworkSpec dense, float[] parameters) {
    return design.design(dense, parameters, LOCAL).report().orElseThrow().data();
  }

  @Test
  void shuffleKeepsLayerCountsAndInvertKeepsOtherWeights() {
    DesignedNetwork plain = small(new Method("snip"), 0.3);
    DesignedNetwork shuffled = small(new Method("snip"), 0.3, "pruning.transform=shuffle");
    DesignedNetwork inverted = small(new Method("snip"), 0.3, "pruning.transform=invert");
    assertThat(shuffled.report().orElseThrow().layers())
        .extracting(PruningReport.Layer::kept)
        .isEqualTo(
            plain.report().orElseThrow().layers().stream().map(PruningReport.Layer::kept).toList());
    assertThat(shuffled.network()).isNotEqualTo(plain.network());
    BitSet both = kept(plain);
    both.and(kept(inverted));
    assertThat(both.cardinality()).isZero();
  }

  private static BitSet kept(DesignedNetwork designed) {
    return WeightMask.of(designed.dense(), designed.network()).bits();
  }

  @Test
  void shuffledSscKeepsSscsLayerCounts() {
    NetworkSpec ssc = small(Method.SSC, 0.3).network();
    NetworkSpec shuffled = small(new Method("ssc-shuffled"), 0.3).network();
    assertThat(shuffled).isNotEqualTo(ssc);
    for (int layer = 0; layer < ssc.weighted().size(); layer++) {
      assertThat(SupportLayout.of(shuffled.weighted().get(layer).support()).kept())
          .isEqualTo(SupportLayout.of(ssc.weighted().get(layer).support()).kept());
    }
  }

  @Test
  void givenDensitiesAreKeptAndTheOtherLayersShareTheRest() {
    DesignedNetwork designed =
        small(
            new Method("snip"),
            0.22,
            "pruning.budget=given",
            "pruning.layers=[{layer=first, density=0.9}, {layer=\"layer*\", density=0.2}]");
    List<PruningReport.Layer> layers = designed.report().orElseThrow().layers();
    for (PruningReport.Layer layer : layers.subList(0, layers.size() - 1)) {
      double given = layer.equals(layers.get(0)) ? 0.9 : 0.2;
      assertThat(layer.density()).as(layer.name()).isCloseTo(given, within(1.0 / layer.prunable()));
    }
    int prunable = ParameterLayout.of(designed.dense()).weightCount();
    assertThat(ParameterLayout.of(designed.network()).weightCount())
        .isEqualTo(DensityAllocator.keptOf(prunable, 0.22));
  }

  /** The listener sees what the selection sees, once a step. */
  @Test
  void theHighestOfTheScoresThatAListenerSeesAreKept() {
    List<double[]> seen = new ArrayList<>();
    DesignedNetwork designed =
        design(new Method("snip"), 0.2)
            .design(SMALL, CLASSES, LOCAL, (step, scores) -> seen.add(scores.clone()));
    assertThat(seen).hasSize(1);
    double[] scores = seen.get(0);
    BitSet kept = kept(designed);
    double least = kept.stream().mapToDouble(i -> scores[i]).min().orElseThrow();
    kept.flip(0, scores.length);
    assertThat(kept.stream().mapToDouble(i -> scores[i]).max().orElseThrow())
        .isLessThanOrEqualTo(least);
  }

  @Test
  void randomLabelsChangeWhatASensitivityKeeps() {
    assertThat(small(new Method("snip"), 0.3, "pruning.random-labels=true").network())
        .isNotEqualTo(small(new Method("snip"), 0.3).network());
  }

  /** Single precision ranks as double precision does, but for weights at the threshold. */
  @Test
  void theEnginesGradientsRankAsThoseInDoublePrecision() {
    NetworkSpec dense = design(new Method("snip"), 0.1).dense(SMALL, CLASSES);
    float[] parameters = small(Method.DENSE, 1).initialParameters();
    double[] weights = new double[ParameterLayout.of(dense).weightCount()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = parameters[i];
    }
    ScoringData data = design(new Method("snip"), 0.1, "pruning.chunk=32").plan().data();
    for (BatchNormMode mode : List.of(BatchNormMode.BATCH, BatchNormMode.RUNNING)) {
      double[] exact =
          LOCAL
              .of(LossGradient.of(dense, parameters, mode, 1, new Precision.Doubles()), data)
              .gradient(weights, 0);
      double[] fast =
          LOCAL
              .of(
                  LossGradient.of(
                      dense,
                      parameters,
                      mode,
                      1,
                      new Precision.Singles(EngineSettings.named(Engines.AUTO))),
                  data)
              .gradient(weights, 0);
      double largest = Arrays.stream(exact).map(Math::abs).max().orElseThrow();
      for (int i = 0; i < exact.length; i++) {
        assertThat(fast[i] - exact[i]).isBetween(-1e-4 * largest, 1e-4 * largest);
      }
    }
  }

  /** Structured controls on a network of usual size meet the density closely. */
  @ParameterizedTest
  @CsvSource({
    "group, 0.10, 0.985",
    "group, 0.05, 0.93",
    "depthwise, 0.10, 0.9",
    "narrow, 0.10, 0.9",
    "narrow, 0.05, 0.85",
    "hetconv, 0.20, 0.985",
    "x-net, 0.10, 0.985",
    "x-net, 0.05, 0.985",
    "radix-net, 0.10, 0.9",
    "radix-net, 0.05, 0.9",
    "butterfly, 0.10, 0.9",
    "butterfly, 0.05, 0.9"
  })
  void structuresOfEqualWeights(Method method, double density, double least) {
    DesignedNetwork designed =
        design(method, density, "model.name=resnet20")
            .design(new FeatureShape(3, 32, 32), 10, GradientSources.NONE);
    assertThat(designed.density()).isBetween(least * density, density);
    assertThat(NetworkSummary.of(designed.network()).effectiveDensity()).isPositive();
  }

  @Test
  void contradictionsAreRefused() {
    assertRefused(
        () -> design(Method.DENSE, 1, "pruning.transform=shuffle"),
        "pruning.transform = shuffle needs a method that scores weights, which dense does not;"
            + " leave it out");
    assertRefused(
        () -> design(Method.SSC, 0.1, "pruning.transform=shuffle"), "take method = ssc-shuffled");
    // Nine tenths of the weights have the same score, of which the first would be kept.
    for (String method : List.of("phew", "npb")) {
      assertRefused(
          () -> design(new Method(method), 0.1, "pruning.transform=invert"),
          "pruning.transform = invert needs a method that ranks all weights, and "
              + method
              + " scores those that it keeps and no others; leave it out");
    }
    assertRefused(
        () -> design(new Method("synflow"), 0.1, "pruning.random-labels=true"),
        "pruning.random-labels needs a method that scores images");
    assertRefused(
        () -> design(new Method("px"), 0.1, "pruning.random-labels=true"),
        "by their class, which px does not; leave it out, or take one of snip,");
    assertRefused(
        () -> design(new Method("random-erk"), 0.1, "pruning.budget=global"),
        "pruning.budget = global contradicts method = random-erk, whose budget is erk");
    assertRefused(
        () -> design(new Method("snip"), 0.1, "pruning.batches=2", "pruning.examples-per-class=2"),
        "both given; give one of them");
    assertRefused(
        () -> design(new Method("snip"), 0.1, "pruning.schedule=one-shot", "pruning.steps=5"),
        "pruning.steps is 5, but pruning.schedule = one-shot has one");
    assertRefused(() -> design(new Method("snip"), 0.1, "pruning.chunk=0"), "pruning.chunk is 0");
    String half = "pruning.layers=[{layer=\"*\", density=0.5}]";
    assertRefused(() -> design(new Method("snip"), 0.1, half), "needs pruning.budget = given");
    assertRefused(
        () -> design(new Method("snip"), 0.1, "pruning.budget=given"),
        "given needs pruning.layers");
    assertRefused(
        () -> design(new Method("random-erk"), 0.1, "pruning.budget=given", half),
        "pruning.budget = given contradicts method = random-erk");
    assertRefused(
        () -> small(new Method("snip"), 0.1, "pruning.budget=given", half),
        "Density 0.1 cannot be met: the layers keep at least");
    assertRefused(
        () -> small(new Method("snip"), 0.9, "pruning.budget=given", half),
        "Density 0.9 cannot be met: with pruning.layers, layers keep at most 0.5000");
    assertRefused(
        () ->
            small(
                new Method("snip"),
                0.1,
                "pruning.budget=given",
                "pruning.layers=[{layer=conv9, density=0.5}]"),
        "has no layer 'conv9'");
    assertRefused(
        () -> small(new Method("snip"), 0.1, "pruning.batches=100"),
        "Cannot draw 12800 of 260 examples, to score weights; take a smaller pruning.batches");
    assertRefused(
        () -> small(new Method("grasp"), 0.1, "pruning.examples-per-class=200"),
        "take a smaller pruning.examples-per-class");
    // Some of so many classes have no image at all.
    Dataset sparse = ImageBlocks.random(SMALL, 90, 60);
    assertRefused(
        () -> design(new Method("grasp"), 0.1).design(SMALL, 90, GradientSources.local(sparse)),
        "it has 0, to score weights; give pruning.batches instead");
    assertRefused(
        () -> small(new Method("hetconv"), 0.05),
        "Density 0.05 cannot be met by HetConv: convnet would");
    assertRefused(
        () ->
            small(
                new Method("snip"),
                0.5,
                "pruning.budget=given",
                "pruning.layers=[{layer=last, density=0.4}, {layer=\"*\", density=0.5}]"),
        "pruning.layers: nothing is left for last, as the last entry that fits a layer holds");
  }

  /** The remedy is tried: what the message says to take can be kept. */
  @Test
  void smartRatioSaysWhichDensitiesItCanKeep() {
    Method ratio = new Method("smart-ratio");
    for (String[] model : new String[][] {{"convnet", "1"}, {"vgg16", "0.25"}, {"resnet20", "1"}}) {
      double most =
          remedy(
              model,
              0.9999,
              "by smart-ratio, whose layers are full then; take a density of ",
              " or less");
      double least =
          remedy(
              model,
              0.0001,
              "by smart-ratio, which keeps 0.3 of the classifier; take a density of ",
              " or more");
      assertThat(least).isBetween(0.0001, 0.1);
      assertThat(most).isBetween(0.1, 0.9999);
      for (double density : new double[] {least, most}) {
        assertThat(designed(ratio, density, model).density()).isPositive();
      }
      assertThatThrownBy(() -> designed(ratio, least - 0.0002, model))
          .isInstanceOf(BadInputException.class);
      assertThatThrownBy(() -> designed(ratio, most + 0.0002, model))
          .isInstanceOf(BadInputException.class);
    }
  }

  private static DesignedNetwork designed(Method method, double density, String[] model) {
    return design(method, density, "model.name=" + model[0], "model.width=" + model[1])
        .design(new FeatureShape(3, 32, 32), 10, GradientSources.NONE);
  }

  private static double remedy(String[] model, double density, String before, String after) {
    try {
      designed(new Method("smart-ratio"), density, model);
    } catch (BadInputException e) {
      assertThat(e).hasMessageStartingWith("Density " + density + " cannot be met " + before);
      assertThat(e).hasMessageContaining(after);
      int start = e.getMessage().indexOf(before) + before.length();
      return Double.parseDouble(
          e.getMessage().substring(start, e.getMessage().indexOf(after, start)));
    }
    throw new AssertionError("Density " + density + " was kept");
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(BadInputException.class).hasMessageContaining(message);
  }
}
