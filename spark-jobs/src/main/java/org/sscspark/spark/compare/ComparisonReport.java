package org.sscspark.spark.compare;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.sscspark.config.BuildVersion;
import org.sscspark.pruning.Method;
import org.sscspark.report.Axis;
import org.sscspark.report.Block;
import org.sscspark.report.Chart;
import org.sscspark.report.Facts;
import org.sscspark.report.Facts.Fact;
import org.sscspark.report.Figures;
import org.sscspark.report.Headlines;
import org.sscspark.report.Headlines.Headline;
import org.sscspark.report.HtmlReport;
import org.sscspark.report.HtmlReport.Section;
import org.sscspark.report.LineChart;
import org.sscspark.report.LineChart.Point;
import org.sscspark.report.LineChart.Series;
import org.sscspark.report.LineChart.Style;
import org.sscspark.report.Listing;
import org.sscspark.report.Prose;
import org.sscspark.report.Row;
import org.sscspark.report.Table;
import org.sscspark.report.Table.Column;
import org.sscspark.spark.trial.ImageSet;
import org.sscspark.spark.trial.RunMode;
import org.sscspark.spark.trial.TrialResult;

/** The page that tells what a comparison has come to. */
record ComparisonReport(Comparison comparison) {
  /** The theme's grey: dense is what the others are measured against. */
  private static final int DENSE_COLOUR = 7;

  private static final int COLOURS = 10;

  HtmlReport page() {
    ComparisonPlan plan = comparison.plan();
    List<Section> sections = new ArrayList<>();
    sections.add(Section.of("", new Headlines(headlines())));
    sections.add(results());
    sections.addAll(againstSsc());
    sections.add(costs());
    sections.add(curves());
    sections.addAll(layers());
    sections.add(published());
    sections.add(heldEqual());
    sections.add(trials());
    return new HtmlReport(
        "Comparison: " + plan.base().model().name() + " on " + plan.training().name(),
        "%s trained on %s images for %d epochs, tested on %s"
            .formatted(
                counted(comparison.trials().size(), "network"),
                Figures.count(plan.training().examples()),
                plan.base().train().epochs(),
                Figures.count(plan.test().examples())),
        sections,
        "ssc-spark " + BuildVersion.current().version());
  }

  private static String counted(int count, String thing) {
    return count + " " + thing + (count == 1 ? "" : "s");
  }

  // ---- results ----------------------------------------------------------------------------------

  private Section results() {
    List<Block> blocks = new ArrayList<>();
    blocks.add(comparison.table());
    long done = comparison.trials().stream().filter(TrialResult::isDone).count();
    if (!comparison.isComplete()) {
      blocks.add(
          new Prose(
              "%d of %s are done; accuracies and times are those of the trials that are."
                  .formatted(done, counted(comparison.trials().size(), "trial"))));
    }
    blocks.add(
        new Prose(
            "Accuracy is the share of right answers on the test set ("
                + Figures.count(comparison.plan().test().examples())
                + " images), as mean \u00b1 sample standard"
                + " deviation over seeds. The last epoch is the one to compare. The best epoch is"
                + " chosen by looking at the test set, so it flatters everybody; much of the"
                + " literature reports it. Density is kept weights over the dense network's,"
                + " effective density counts only those on a path from the input to the answer;"
                + " MACs are multiply-adds of one image. Seconds are those of training one epoch,"
                + " without evaluation. A layer has collapsed if nothing is left of it."));
    for (Cell cell : comparison.cells()) {
      if (!cell.collapsedLayers().isEmpty()) {
        blocks.add(
            new Prose(
                "%s at %s left nothing of %s."
                    .formatted(
                        cell.key().method().name(),
                        Comparison.asked(cell.key().density()),
                        String.join(", ", cell.collapsedLayers()))));
      }
    }
    return new Section("Results", blocks);
  }

  private List<Headline> headlines() {
    List<Headline> headlines = new ArrayList<>();
    comparison
        .find(Method.DENSE, 1)
        .filter(cell -> cell.lastAccuracy().isKnown())
        .ifPresent(
            cell ->
                headlines.add(
                    new Headline(
                        "dense",
                        Figures.percent(cell.lastAccuracy().mean()),
                        "last epoch, mean of " + counted(cell.done().size(), "seed"))));
    for (double density : comparison.plan().settings().densities()) {
      List<Cell> ranked = ranked(density);
      if (ranked.isEmpty()) {
        continue;
      }
      headlines.add(headline("best at " + Comparison.asked(density), ranked.get(0), 1, ranked));
      for (int place = 1; place < ranked.size(); place++) {
        if (ranked.get(place).key().method().equals(Method.SSC)) {
          headlines.add(
              headline(
                  "ssc at " + Comparison.asked(density), ranked.get(place), place + 1, ranked));
        }
      }
    }
    return headlines;
  }

  private static Headline headline(String label, Cell cell, int place, List<Cell> ranked) {
    String method = cell.key().method().name();
    return new Headline(
        label,
        Figures.percent(cell.lastAccuracy().mean()),
        place == 1
            ? method + ", of " + counted(ranked.size(), "method")
            : "place %d of %d".formatted(place, ranked.size()));
  }

  /** The methods at a density, the best first. */
  private List<Cell> ranked(double density) {
    return at(density).stream()
        .filter(cell -> cell.lastAccuracy().isKnown())
        .sorted(Comparator.comparingDouble(cell -> -cell.lastAccuracy().mean()))
        .toList();
  }

  private List<Cell> at(double density) {
    return comparison.cells().stream()
        .filter(
            cell -> !cell.key().method().equals(Method.DENSE) && cell.key().density() == density)
        .toList();
  }

  // ---- against SSC ------------------------------------------------------------------------------

  private List<Section> againstSsc() {
    AgainstSsc against = AgainstSsc.of(comparison);
    if (against.lines().isEmpty()) {
      return List.of();
    }
    List<Block> blocks = new ArrayList<>();
    against.sentences().forEach(sentence -> blocks.add(new Prose(sentence)));
    blocks.add(against.table());
    blocks.add(
        new Prose(
            "Last epoch, %s, differences seed by seed: a seed's trials share the order of images,"
                    .formatted(tested())
                + " their augmentation and the numbers that weights draw. The interval is Student's"
                + " for the mean over seeds, 95 %. It does not cover the choice of test images, and"
                + " of twenty such intervals one misses by chance."));
    return List.of(new Section("Against SSC", blocks));
  }

  /** How many seeds and test images accuracies rest on. */
  private String tested() {
    return "%s, %s test images"
        .formatted(
            counted(comparison.plan().settings().seeds().size(), "seed"),
            Figures.count(comparison.plan().test().examples()));
  }

  // ---- accuracy against cost --------------------------------------------------------------------

  private Section costs() {
    return Section.of(
        "Accuracy and cost",
        Row.of(
            against("Accuracy against parameters", "parameters", Cell::parameters),
            against("Accuracy against multiply-adds", "multiply-adds an image", Cell::macs)),
        Row.of(
            against("Accuracy against training time", "seconds an epoch", Cell::secondsPerEpoch),
            against(
                "Accuracy against checkpoint size",
                "bytes of a checkpoint",
                Cell::checkpointBytes)),
        new Prose(
            "Last epoch, mean over seeds (%s); whiskers are one standard deviation. The dashed line"
                    .formatted(tested())
                + " is the front: no other network is at once cheaper and better."));
  }

  private Chart against(String title, String label, Function<Cell, Statistic> cost) {
    List<Series> series = new ArrayList<>();
    List<Point> all = new ArrayList<>();
    for (Method method : comparison.plan().settings().methods()) {
      List<Point> points =
          comparison.cells().stream()
              .filter(cell -> cell.key().method().equals(method))
              .filter(cell -> cell.lastAccuracy().isKnown() && cost.apply(cell).isKnown())
              .map(
                  cell ->
                      new Point(
                          cost.apply(cell).mean(),
                          cell.lastAccuracy().mean(),
                          cell.lastAccuracy().deviation()))
              .toList();
      if (!points.isEmpty()) {
        Style style = points.size() == 1 ? Style.POINTS : Style.SOLID;
        series.add(new Series(method.name(), colour(method), style, points));
        all.addAll(points);
      }
    }
    List<Point> front =
        ParetoFront.of(all).stream().map(point -> new Point(point.x(), point.y())).toList();
    if (front.size() > 1) {
      series.add(new Series("front", DENSE_COLOUR, Style.DASHED, front));
    }
    return new LineChart(
        title,
        Axis.logarithmic(label, Axis.Format.LARGE),
        Axis.linear("accuracy", Axis.Format.PERCENT),
        series);
  }

  /** A method has one colour on the whole page. */
  private int colour(Method method) {
    if (method.equals(Method.DENSE)) {
      return DENSE_COLOUR;
    }
    List<Method> others =
        comparison.plan().settings().methods().stream()
            .filter(other -> !other.equals(Method.DENSE))
            .toList();
    int place = others.indexOf(method) % (COLOURS - 1);
    return place < DENSE_COLOUR ? place : place + 1;
  }

  // ---- learning curves --------------------------------------------------------------------------

  private Section curves() {
    List<Block> charts = new ArrayList<>();
    for (double density : comparison.plan().settings().densities()) {
      List<Cell> shown = new ArrayList<>();
      comparison.find(Method.DENSE, 1).ifPresent(shown::add);
      shown.addAll(at(density));
      charts.add(
          new LineChart(
              "Test accuracy by epoch, density " + Comparison.asked(density),
              Axis.linear("epoch", Axis.Format.WHOLE),
              Axis.linear("accuracy", Axis.Format.PERCENT),
              shown.stream().map(this::curve).filter(one -> !one.points().isEmpty()).toList()));
    }
    return Section.of(
        "Learning curves",
        new Row(charts),
        new Prose("Mean over the seeds that have reached the epoch; %s.".formatted(tested())));
  }

  private Series curve(Cell cell) {
    Map<Integer, List<Double>> byEpoch = new TreeMap<>();
    for (TrialResult trial : cell.trials()) {
      for (JsonNode epoch : trial.epochs()) {
        if (epoch.has("evaluation")) {
          byEpoch
              .computeIfAbsent(epoch.path("epoch").asInt(), unused -> new ArrayList<>())
              .add(epoch.path("evaluation").path("accuracy").asDouble());
        }
      }
    }
    List<Point> points =
        byEpoch.entrySet().stream()
            .map(
                one ->
                    new Point(
                        one.getKey(),
                        one.getValue().stream()
                            .mapToDouble(Double::doubleValue)
                            .average()
                            .orElse(0)))
            .toList();
    Method method = cell.key().method();
    return new Series(
        method.name(),
        colour(method),
        method.equals(Method.DENSE) ? Style.DASHED : Style.SOLID,
        points);
  }

  // ---- layers -----------------------------------------------------------------------------------

  private List<Section> layers() {
    List<Section> sections = new ArrayList<>();
    for (double density : comparison.plan().settings().densities()) {
      List<Cell> designed =
          at(density).stream().filter(cell -> !cell.designed().isEmpty()).toList();
      if (designed.isEmpty()) {
        continue;
      }
      LayerDensities layers = new LayerDensities(designed);
      sections.add(
          Section.of(
              "Layers at density " + Comparison.asked(density),
              new LineChart(
                  "Density by layer, from the input to the answer",
                  Axis.linear("layer", Axis.Format.WHOLE),
                  Axis.linear("density", Axis.Format.PERCENT),
                  layers.series(this::colour)),
              layers.table()));
    }
    return sections;
  }

  // ---- published --------------------------------------------------------------------------------

  private Section published() {
    List<List<String>> rows = new ArrayList<>();
    String source = "";
    for (Cell cell : comparison.cells()) {
      Optional<PublishedResult> published = PublishedResult.of(comparison.plan(), cell.key());
      if (published.isPresent()) {
        source = published.get().source();
        rows.add(
            List.of(
                cell.key().method().name(),
                Comparison.asked(cell.key().density()),
                Comparison.accuracy(cell.bestAccuracy()),
                Comparison.accuracy(published.get().bestAccuracy()),
                Integer.toString(published.get().bestAccuracy().count())));
      }
    }
    if (rows.isEmpty()) {
      return Section.of(
          "Published numbers",
          new Prose(
              "No number at hand was published for this network, data set and these densities."));
    }
    return Section.of(
        "Published numbers",
        new Prose(
            "Published by others, not measured here: the best epoch on the test set after 160"
                + " epochs on the whole training set, with the same network, data set, method and"
                + " density; recipe and initialisation differ in details. Source: "
                + source
                + "."),
        new Table(
            List.of(
                Column.text("method"),
                Column.number("density"),
                Column.number("here, best epoch"),
                Column.number("published, best epoch"),
                Column.number("published runs")),
            rows));
  }

  // ---- what was held equal ----------------------------------------------------------------------

  private Section heldEqual() {
    ComparisonPlan plan = comparison.plan();
    List<Fact> facts = new ArrayList<>();
    facts.add(
        new Fact(
            "equal for all",
            "recipe, training and test images, number of workers, engine; for one seed also the"
                + " order of images, their augmentation, and the number that each weight of the"
                + " dense network draws"));
    facts.add(
        switch (plan.settings().equal()) {
          case PARAMETERS -> new Fact("not equal", "multiply-adds and time: see the table");
          case MACS ->
              new Fact(
                  "not equal",
                  "weights and time: each method has the density at which it costs, within 1 %, as"
                      + " many multiply-adds as ssc at the density asked for");
        });
    facts.add(new Fact("training set", named(plan.training())));
    facts.add(new Fact("test set", named(plan.test())));
    facts.add(
        new Fact(
            "seeds",
            plan.settings().seeds().stream()
                .map(String::valueOf)
                .collect(Collectors.joining(", "))));
    facts.add(
        new Fact(
            "workers",
            plan.settings().runs() == RunMode.IN_TASK
                ? "one for each trial; trials ran side by side, so times are those of a shared"
                    + " machine"
                : plan.base().averaging().workers().orElse(1)
                    + " for each trial; one trial after the other"));
    facts.addAll(environment());
    return Section.of("What was held equal", new Facts(facts), new Listing(recipe()));
  }

  /** What the trials ran on; several values where they did not all run on the same. */
  private List<Fact> environment() {
    TreeMap<String, TreeSet<String>> values = new TreeMap<>();
    for (TrialResult trial : comparison.trials()) {
      trial
          .environment()
          .forEach((name, value) -> values.computeIfAbsent(name, n -> new TreeSet<>()).add(value));
    }
    return values.entrySet().stream()
        .map(one -> new Fact(one.getKey(), String.join("; ", one.getValue())))
        .toList();
  }

  private List<String> recipe() {
    Map<String, String> settings = comparison.plan().common();
    return settings.entrySet().stream().map(one -> one.getKey() + " = " + one.getValue()).toList();
  }

  private static String named(ImageSet set) {
    return "%s: %s images of %s in %d classes, SHA-256 %s"
        .formatted(
            set.name(),
            Figures.count(set.examples()),
            set.shape(),
            set.classes().size(),
            set.sha256());
  }

  // ---- trials -----------------------------------------------------------------------------------

  private Section trials() {
    List<List<String>> rows = new ArrayList<>();
    for (TrialResult one : comparison.trials()) {
      rows.add(
          List.of(
              one.trial().name(),
              one.state().name().toLowerCase(Locale.ROOT),
              one.epochs().size() + "/" + one.trial().experiment().train().epochs(),
              one.lastAccuracy().isPresent()
                  ? Figures.percent(one.lastAccuracy().getAsDouble())
                  : "",
              one.isDone() ? "" : one.failure().orElse("")));
    }
    return Section.of(
        "Trials",
        new Table(
            List.of(
                Column.text("trial"),
                Column.text("state"),
                Column.number("epochs"),
                Column.number("accuracy, last epoch"),
                Column.text("why it failed")),
            rows));
  }
}
