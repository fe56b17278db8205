package org.sscspark.spark.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Location;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.NetworkSummary;
import org.sscspark.pruning.GradientSources;
import org.sscspark.pruning.Method;
import org.sscspark.spark.compare.ComparisonSettings.Equal;
import org.sscspark.spark.train.Experiment;
import org.sscspark.spark.train.Experiments;
import org.sscspark.spark.trial.ImageSet;
import org.sscspark.spark.trial.RunMode;
import org.sscspark.spark.trial.Trial;
import org.sscspark.spark.trial.TrialFolder.State;
import org.sscspark.spark.trial.TrialNetwork;
import org.sscspark.spark.trial.TrialResult;
import org.sscspark.training.MetricsJson;

/** What other programs read of a comparison has fixed bytes. */
class ComparisonTablesTest {
  private static final ImageSet IMAGES =
      new ImageSet("gratings", 53, "00", new FeatureShape(1, 8, 8), List.of("a", "b", "c"));

  /** Dense done twice; ssc done once and under way; random-erk done once and failed. */
  private static Comparison comparison() {
    ComparisonPlan plan =
        ComparisonPlan.of(
            Experiments.tiny("averaging.workers=1"),
            new ComparisonSettings(
                List.of(Method.DENSE, Method.SSC, new Method("random-erk")),
                Map.of(),
                List.of(0.5),
                Equal.PARAMETERS,
                Optional.empty(),
                List.of(1L, 2L),
                RunMode.IN_TASK),
            2,
            IMAGES,
            IMAGES);
    List<Cell> cells = new ArrayList<>();
    for (CellKey key : plan.cells()) {
      List<TrialResult> results = new ArrayList<>();
      for (Trial trial : plan.trials(key)) {
        boolean first = trial.experiment().seed() == 1;
        State state =
            first || key.method().equals(Method.DENSE)
                ? State.DONE
                : key.method().equals(Method.SSC) ? State.UNFINISHED : State.FAILED;
        results.add(result(trial, state, cells.size() + (first ? 1 : 2)));
      }
      cells.add(new Cell(key, results));
    }
    return new Comparison(plan, cells);
  }

  /** Kind: a plan that has lost a part is called damaged, and no setting is asked for. */
  @ParameterizedTest
  @ValueSource(strings = {"experiment", "compare", "training", "test"})
  void aPlanWithoutOneOfItsPartsIsNone(String part) {
    ObjectNode plan = (ObjectNode) MetricsJson.read(ComparisonPlanFormat.text(comparison().plan()));
    plan.remove(part);
    assertThatThrownBy(() -> ComparisonPlanFormat.read(plan.toString(), "here"))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "here is no plan of a comparison: it has no %s; restore it, or choose another folder"
                .formatted(part));
  }

  /** Kind: a name says what settings are, and a default that changed changes what they make. */
  @Test
  void seedsWithNetworksOfDifferentSizesAreNamed() {
    Comparison whole = comparison();
    assertThat(whole.mixed()).isEmpty();
    List<Cell> cells = new ArrayList<>();
    for (Cell cell : whole.cells()) {
      List<TrialResult> trials = new ArrayList<>(cell.trials());
      TrialResult second = trials.get(1);
      trials.set(1, second.network().map(one -> with(second, oneLess(one))).orElse(second));
      cells.add(new Cell(cell.key(), trials));
    }
    Comparison mixed = new Comparison(whole.plan(), cells);
    assertThat(mixed.mixed()).hasSize(2);
    assertThat(mixed.mixed().get(1))
        .startsWith("ssc at 50 % has different networks for its seeds (")
        .contains(" weights, ", " MACs; ");
    assertThat(mixed.text()).contains(mixed.mixed().get(1) + "\n");
    assertThat(new ComparisonPage(mixed).markdown()).contains(mixed.mixed().get(1));
    assertThat(new ComparisonReport(mixed).page().html()).contains("ssc at 50 % has different");
  }

  /** Kind: one row that has no place on an axis ends the report, or is counted twice. */
  @Test
  void aNetworkOfWhichNothingIsLeftIsToldBesideTheAxis() {
    Comparison whole = comparison();
    List<Cell> cells = new ArrayList<>();
    for (Cell cell : whole.cells()) {
      boolean isSsc = cell.key().isSsc();
      List<TrialResult> trials = new ArrayList<>(cell.trials());
      trials.replaceAll(
          one ->
              isSsc
                  ? one.network().map(network -> with(one, nothingOf(network))).orElse(one)
                  : one);
      cells.add(new Cell(cell.key(), trials));
    }
    String svg =
        new ComparisonCharts(new Comparison(whole.plan(), cells))
            .files()
            .get("accuracy-macs.svg")
            .file();
    assertThat(svg).contains("1 point at 0, not on this axis");
  }

  private static TrialNetwork nothingOf(TrialNetwork network) {
    return new TrialNetwork(
        network.layers().stream()
            .map(one -> new TrialNetwork.Layer(one.name(), one.prunable(), 0, 0, 0, 0))
            .toList(),
        network.parameters(),
        0,
        Double.NEGATIVE_INFINITY,
        network.dense(),
        network.checkpointBytes());
  }

  private static TrialResult with(TrialResult trial, TrialNetwork network) {
    return new TrialResult(
        trial.trial(),
        trial.state(),
        trial.failure(),
        trial.environment(),
        trial.epochs(),
        Optional.of(network));
  }

  private static TrialNetwork oneLess(TrialNetwork network) {
    List<TrialNetwork.Layer> layers = new ArrayList<>(network.layers());
    TrialNetwork.Layer first = layers.get(0);
    layers.set(
        0,
        new TrialNetwork.Layer(
            first.name(),
            first.prunable(),
            first.kept() - 1,
            first.effective(),
            first.macs(),
            first.deadFilters()));
    return new TrialNetwork(
        layers,
        network.parameters() - 1,
        network.effectiveNodes(),
        network.log10Paths(),
        network.dense(),
        network.checkpointBytes());
  }

  /** Layers of a network that is narrower are whole, though the network has half of the weights. */
  @Test
  void layersThatAreNotTheDenseNetworksAreNamed() {
    ComparisonPlan plan = comparison().plan();
    CellKey key = new CellKey(new Method("narrow"), 0.5);
    Cell narrow =
        new Cell(
            key,
            plan.trials(key).stream().map(trial -> result(trial, State.UNFINISHED, 1)).toList());
    assertThat(narrow.density().mean()).isBetween(0.4, 0.5);
    assertThat(new LayerDensities(List.of(narrow)).note())
        .contains(
            "Layers of narrow are not those of the dense network: their densities are of their own"
                + " weights.");
    assertThat(new LayerDensities(comparison().at(0.5)).note()).isEmpty();
  }

  private static TrialResult result(Trial trial, State state, int number) {
    List<JsonNode> epochs = new ArrayList<>();
    for (int epoch = 1; epoch <= (state == State.DONE ? 2 : 1); epoch++) {
      epochs.add(
          MetricsJson.read(
              String.format(
                  Locale.ROOT,
                  "{\"epoch\":%d,\"loss\":%s,\"accuracy\":%s,\"examples\":53,"
                      + "\"imagesPerSecond\":%d,"
                      + "\"evaluation\":{\"loss\":%s,\"accuracy\":%s}}",
                  epoch,
                  1.5 / number,
                  0.25 * epoch,
                  100 * number,
                  1.25 / epoch,
                  0.5 + 0.0625 * number - 0.03125 * epoch)));
    }
    return new TrialResult(
        trial,
        state,
        state == State.FAILED ? Optional.of("Training diverged, \"so\"") : Optional.empty(),
        new TreeMap<>(Map.of("engine", "lane")),
        state == State.FAILED ? List.of() : epochs,
        state == State.FAILED ? Optional.empty() : Optional.of(trained(trial, number)));
  }

  private static TrialNetwork trained(Trial trial, int number) {
    Experiment experiment = trial.experiment();
    NetworkSpec dense = experiment.design().dense(IMAGES.shape(), IMAGES.classes().size());
    NetworkSpec network =
        experiment.designed(dense.input(), dense.classes(), GradientSources.NONE).network();
    return TrialNetwork.of(
        NetworkSummary.of(network), TrialNetwork.Dense.of(trial), 10_000L + number);
  }

  private static String text(Comparison comparison) {
    ObjectNode json = comparison.json();
    json.remove("plan");
    return String.join(
        "\n",
        comparison.text(),
        CellFields.RESULTS.csv(comparison.cells()),
        TrialFields.RESULTS.csv(comparison.rows()),
        TrialFields.TIMES.csv(comparison.rows()),
        AgainstSsc.of(comparison).csv(),
        json.toPrettyString());
  }

  /** Trials that are done, failed and under way. */
  @Test
  void whatTablesTellIsReadBack(@TempDir Path folder) throws IOException {
    Comparison told = comparison();
    URI tables = tables(told, folder);
    Comparison read = ComparisonMerge.read(new Configuration(), List.of(tables));
    assertThat(read.plan()).isEqualTo(told.plan());
    assertThat(document(read)).isEqualTo(document(told));
    assertThat(CellFields.RESULTS.csv(read.cells()))
        .isEqualTo(CellFields.RESULTS.csv(told.cells()));
    assertThat(TrialFields.RESULTS.csv(read.rows()))
        .isEqualTo(TrialFields.RESULTS.csv(told.rows()));
    assertThat(AgainstSsc.of(read).csv()).isEqualTo(AgainstSsc.of(told).csv());
    assertThat(new ComparisonPage(read).markdown()).isEqualTo(new ComparisonPage(told).markdown());
  }

  private static URI tables(Comparison comparison, Path folder) throws IOException {
    URI tables = Location.of(folder.resolve("tables").toString());
    PublishedTables.write(new Configuration(), comparison, tables);
    return tables;
  }

  private static ObjectNode document(Comparison comparison) {
    return comparison.json().without(ComparisonDocument.TIMES);
  }

  private static Comparison with(Comparison whole, UnaryOperator<TrialResult> change) {
    return new Comparison(
        whole.plan(),
        whole.cells().stream()
            .map(cell -> new Cell(cell.key(), cell.trials().stream().map(change).toList()))
            .toList());
  }

  private static TrialResult withEpochs(TrialResult one, State state, List<JsonNode> epochs) {
    return new TrialResult(
        one.trial(), state, one.failure(), one.environment(), epochs, one.network());
  }

  private static JsonNode otherLoss(JsonNode epoch) {
    return ((ObjectNode) epoch.deepCopy()).put("loss", 9);
  }

  /** Kind: two results of a trial, whatever others have of it and in whatever order they are. */
  @Test
  void differentResultsAreRefusedInEveryOrder(@TempDir Path folder) throws IOException {
    Comparison whole = comparison();
    URI one = tables(whole, folder.resolve("one"));
    URI begun =
        tables(
            with(whole, trial -> withEpochs(trial, State.UNFINISHED, List.of())),
            folder.resolve("begun"));
    URI other =
        tables(
            with(
                whole,
                trial ->
                    withEpochs(
                        trial,
                        trial.state(),
                        trial.epochs().stream().map(ComparisonTablesTest::otherLoss).toList())),
            folder.resolve("other"));
    Comparison merged = ComparisonMerge.read(new Configuration(), List.of(begun, one));
    assertThat(AgainstSsc.of(merged).csv()).isEqualTo(AgainstSsc.of(whole).csv());
    for (List<URI> order :
        List.of(
            List.of(begun, one, other), List.of(other, begun, one), List.of(one, other, begun))) {
      assertThatThrownBy(() -> ComparisonMerge.read(new Configuration(), order))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("with different results: loss after epoch 1 is ");
    }
  }

  /** Kind: a document of results that has lost a part is called damaged, whatever it is. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/plan",
        "/plan/training",
        "/trials",
        "/trials/0",
        "/trials/0/trial",
        "/trials/0/state",
        "/trials/0/epochs",
        "/trials/0/epochs/1",
        "/trials/0/epochs/0/trainLoss",
        "/trials/0/epochs/0/testLoss",
        "/trials/0/epochs/0/testAccuracy",
        "/trials/0/parameters",
        "/trials/0/layers",
        "/trials/0/layers/1/kept"
      })
  void tablesThatHaveLostAPartAreDamaged(String lost, @TempDir Path folder) throws IOException {
    URI tables = tables(comparison(), folder);
    Path document = Path.of(tables).resolve(ComparisonDocument.FILE);
    String text = Files.readString(document);
    Files.writeString(
        document, lost.isEmpty() ? text.substring(0, text.length() / 2) : without(text, lost));
    assertThatThrownBy(() -> ComparisonMerge.read(new Configuration(), List.of(tables)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(tables + "/comparison.json is ")
        .hasMessageContaining("restore it");
  }

  private static String without(String text, String place) {
    JsonNode json = MetricsJson.read(text);
    int last = place.lastIndexOf('/');
    String key = place.substring(last + 1);
    JsonNode parent = json.at(place.substring(0, last));
    if (parent instanceof ArrayNode array) {
      array.remove(Integer.parseInt(key));
    } else {
      ((ObjectNode) parent).remove(key);
    }
    return json.toString();
  }

  @Test
  void tablesAndDocumentHaveTheirBytes() throws IOException {
    try (InputStream in = ComparisonTablesTest.class.getResourceAsStream("comparison.txt")) {
      assertThat(text(comparison()))
          .isEqualTo(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
