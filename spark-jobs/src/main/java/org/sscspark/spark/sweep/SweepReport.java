package org.sscspark.spark.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.sscspark.config.BuildVersion;
import org.sscspark.config.FlatJson;
import org.sscspark.config.KebabCase;
import org.sscspark.config.Settings;
import org.sscspark.report.Axis;
import org.sscspark.report.BarChart;
import org.sscspark.report.Block;
import org.sscspark.report.Facts;
import org.sscspark.report.Figures;
import org.sscspark.report.Headlines;
import org.sscspark.report.HtmlReport;
import org.sscspark.report.HtmlReport.Section;
import org.sscspark.report.LineChart;
import org.sscspark.report.Listing;
import org.sscspark.report.ParallelCoordinates;
import org.sscspark.report.ParallelCoordinates.Mark;
import org.sscspark.report.ParallelCoordinates.Scale;
import org.sscspark.report.Prose;
import org.sscspark.report.Row;
import org.sscspark.report.Table;
import org.sscspark.report.Table.Column;
import org.sscspark.search.Dimension;
import org.sscspark.search.Domain;
import org.sscspark.search.Importance;
import org.sscspark.search.OneOf;
import org.sscspark.search.SearchObjective.Direction;
import org.sscspark.search.Standing;
import org.sscspark.search.SuccessiveHalving;
import org.sscspark.training.MetricsJson;

/** The page about a sweep. */
final class SweepReport {
  static final String FILE = "sweep.html";

  private static final int LISTED = 20;

  /** Stands for an importance that cannot be told. */
  private static final String UNKNOWN = "-";

  /** More lines with a colour of their own could not be told apart. */
  private static final int NAMED_CURVES = 6;

  /** The best of a sweep, drawn strongly: one trial in this many, and one at least. */
  private static final int STRONG_PART = 10;

  private final SweepResult result;

  SweepReport(SweepResult result) {
    this.result = result;
  }

  /** The page. */
  HtmlReport page() {
    List<Section> sections = new ArrayList<>();
    sections.add(Section.of("", headlines()));
    sections.add(Section.of("Best trials", listed(result.standings(), result::board)));
    if (scored().size() > 1) {
      sections.add(Section.of("Which key mattered", importance().toArray(Block[]::new)));
      sections.add(Section.of("Values and scores", coordinatesNote(), coordinates()));
    }
    LineChart curves = curves();
    if (!curves.series().isEmpty()) {
      sections.add(Section.of("Learning curves", curves));
    }
    List<Standing> failed = in(Standing.State.FAILED);
    if (!failed.isEmpty()) {
      sections.add(Section.of("Failed trials", listed(failed, SweepReport::failures)));
    }
    sections.add(Section.of("What was searched", searched(), space(), settings()));
    return new HtmlReport(
        "Sweep of " + String.join(", ", result.sweep().search().space().keys()),
        result.location().toString(),
        sections,
        "ssc-spark " + BuildVersion.current().version());
  }

  private List<Standing> in(Standing.State state) {
    return result.standings().stream().filter(one -> one.state() == state).toList();
  }

  /** Trials with a score, the best first. */
  private List<Standing> scored() {
    return result.standings().stream()
        .filter(one -> one.score().isPresent() && one.state() != Standing.State.FAILED)
        .toList();
  }

  /** Whether how long a trial is was searched too. */
  private boolean variesEpochs() {
    return result.sweep().search().space().variesEpochs();
  }

  private Headlines headlines() {
    List<Headlines.Headline> headlines = new ArrayList<>();
    result
        .best()
        .ifPresent(
            best ->
                headlines.add(
                    new Headlines.Headline(
                        "best " + result.sweep().search().objective().metric(),
                        result.sweep().score(best.score().orElseThrow()),
                        "trial %s, %s epochs".formatted(best.trial(), best.epochs()))));
    List<String> parts = new ArrayList<>();
    for (Standing.State state : Standing.State.values()) {
      if (!in(state).isEmpty()) {
        parts.add(in(state).size() + " " + KebabCase.of(state));
      }
    }
    headlines.add(
        new Headlines.Headline(
            "trials", Integer.toString(result.history().trials()), String.join(", ", parts)));
    headlines.add(
        new Headlines.Headline(
            "epochs",
            Figures.count(result.epochs()),
            variesEpochs()
                ? "trials differ in train.epochs"
                : "a whole trial has " + result.sweep().search().epochs()));
    headlines.add(
        new Headlines.Headline(
            "time",
            Figures.time(Duration.ofMillis(Math.round(1000 * result.seconds()))),
            "over all starts"));
    return new Headlines(headlines);
  }

  /** A table of as many trials as a page takes, and that there are more. */
  private static Block[] listed(List<Standing> trials, Function<List<Standing>, Table> table) {
    Table first = table.apply(trials.subList(0, Math.min(LISTED, trials.size())));
    return trials.size() > LISTED
        ? new Block[] {
          first,
          new Prose("The first %s of %s; sweep.csv has all.".formatted(LISTED, trials.size()))
        }
        : new Block[] {first};
  }

  private List<Block> importance() {
    List<BarChart.Bar> bars = new ArrayList<>();
    List<List<String>> rows = new ArrayList<>();
    for (Importance one : result.importance()) {
      bars.add(
          new BarChart.Bar(
              one.key(),
              one.share().orElse(0.0),
              one.share().map(share -> Math.round(100 * share) + " %").orElse(UNKNOWN)));
      rows.add(
          List.of(
              one.key(),
              one.share().map(Figures::percent).orElse(UNKNOWN),
              one.correlation().map(value -> Figures.fixed(value, 2)).orElse(""),
              Integer.toString(one.trials())));
    }
    boolean isTold = result.importance().stream().allMatch(one -> one.share().isPresent());
    Table table =
        new Table(
            List.of(
                Column.text("key"),
                Column.number("explained"),
                Column.number("rank correlation"),
                Column.number("trials")),
            rows);
    return List.of(
        new Prose(
            "How much of the variance of scores each key explains by itself: omega squared over"
                + " groups of trials with similar values. What keys do only together is not seen,"
                + " and few trials say little. A positive rank correlation means that larger values"
                + " came with larger scores. Scores are those after "
                + (variesEpochs()
                    ? "each trial's own last epoch."
                    : "the fewest epochs that any trial was scored at.")
                + " Trials of the same values count once."
                + (isTold ? "" : " A dash means too few trials to tell.")),
        Row.of(new BarChart("Variance explained", bars, 1), table));
  }

  private Prose coordinatesNote() {
    return new Prose(
        "A line for each trial, from its values to its score on the right. The best tenth is"
            + " strong, trials that were not trained to the end are faint.");
  }

  private ParallelCoordinates coordinates() {
    List<Standing> scored = scored();
    List<Dimension> dimensions = result.sweep().search().space().dimensions();
    List<Scale> axes = new ArrayList<>();
    for (Dimension dimension : dimensions) {
      axes.add(new Scale(dimension.key(), marks(dimension.domain())));
    }
    double low = scored.stream().mapToDouble(one -> one.score().get()).min().orElse(0);
    double high = scored.stream().mapToDouble(one -> one.score().get()).max().orElse(1);
    axes.add(
        new Scale(
            result.sweep().search().objective().metric(),
            List.of(
                new Mark(0, result.sweep().score(low)),
                new Mark(0.5, result.sweep().score((low + high) / 2)),
                new Mark(1, result.sweep().score(high)))));
    int strong = Math.max(1, in(Standing.State.COMPLETE).size() / STRONG_PART);
    List<ParallelCoordinates.Line> lines = new ArrayList<>();
    for (int rank = 0; rank < scored.size(); rank++) {
      Standing one = scored.get(rank);
      List<Double> places = new ArrayList<>();
      for (Dimension dimension : dimensions) {
        places.add(
            one.point().value(dimension.key()).map(dimension.domain()::shownAt).orElse(Double.NaN));
      }
      places.add(high > low ? (one.score().get() - low) / (high - low) : 0.5);
      ParallelCoordinates.Style style =
          rank < strong
              ? ParallelCoordinates.Style.STRONG
              : one.state() == Standing.State.COMPLETE
                  ? ParallelCoordinates.Style.PLAIN
                  : ParallelCoordinates.Style.FAINT;
      lines.add(
          new ParallelCoordinates.Line(
              "trial %s: %s".formatted(one.trial(), result.sweep().score(one.score().get())),
              style,
              places));
    }
    Collections.reverse(lines);
    return new ParallelCoordinates("Values and scores of the trials", axes, lines);
  }

  private static List<Mark> marks(Domain domain) {
    if (domain instanceof OneOf choice) {
      return choice.options().stream()
          .map(option -> new Mark(choice.shownAt(option), option))
          .toList();
    }
    List<Mark> marks = new ArrayList<>();
    for (double place : new double[] {0, 0.5, Math.nextDown(1.0)}) {
      String value = domain.at(place);
      marks.add(new Mark(domain.shownAt(value), value));
    }
    return marks;
  }

  private LineChart curves() {
    List<LineChart.Series> series = new ArrayList<>();
    List<Standing> best = scored().subList(0, Math.min(NAMED_CURVES, scored().size()));
    List<LineChart.Point> others = new ArrayList<>();
    result
        .curves()
        .forEach(
            (trial, epochs) -> {
              List<LineChart.Point> points = points(epochs);
              if (!points.isEmpty() && best.stream().noneMatch(one -> one.trial() == trial)) {
                others.addAll(points);
                // Ends the line of this trial.
                others.add(new LineChart.Point(Double.NaN, Double.NaN));
              }
            });
    if (!others.isEmpty()) {
      series.add(new LineChart.Series("other trials", 7, LineChart.Style.FAINT, others));
    }
    for (int rank = 0; rank < best.size(); rank++) {
      int trial = best.get(rank).trial();
      List<LineChart.Point> points = points(result.curves().getOrDefault(trial, List.of()));
      if (!points.isEmpty()) {
        series.add(new LineChart.Series("trial " + trial, rank, LineChart.Style.SOLID, points));
      }
    }
    return new LineChart(
        "After each epoch: the best trials and the others",
        Axis.linear("epoch", Axis.Format.WHOLE),
        Axis.linear(
            result.sweep().search().objective().metric(),
            result.sweep().metric().isShare() ? Axis.Format.PERCENT : Axis.Format.NUMBER),
        series);
  }

  /** None if nothing was measured. */
  private List<LineChart.Point> points(List<JsonNode> epochs) {
    List<LineChart.Point> points = new ArrayList<>();
    for (JsonNode epoch : epochs) {
      OptionalDouble value = result.sweep().metric().in(epoch);
      points.add(new LineChart.Point(epoch.path("epoch").asDouble(), value.orElse(Double.NaN)));
    }
    return points.stream().anyMatch(point -> Double.isFinite(point.y())) ? points : List.of();
  }

  private static Table failures(List<Standing> failed) {
    return new Table(
        List.of(Column.number("trial"), Column.text("values"), Column.text("reason")),
        failed.stream()
            .map(
                one -> List.of(Integer.toString(one.trial()), one.point().toString(), one.reason()))
            .toList());
  }

  private Facts searched() {
    List<Facts.Fact> facts = new ArrayList<>();
    facts.add(
        new Facts.Fact(
            "objective",
            "%s, %s"
                .formatted(
                    result.sweep().search().objective().metric(),
                    result.sweep().search().objective().direction() == Direction.MAXIMIZE
                        ? "the higher the better"
                        : "the lower the better")));
    facts.add(
        new Facts.Fact(
            "strategy", KebabCase.of(StrategySettings.kind(result.sweep().search().strategy()))));
    if (result.sweep().search().strategy() instanceof SuccessiveHalving halving) {
      facts.add(
          new Facts.Fact(
              "rungs",
              halving.rungs(result.sweep().search().epochs())
                  + " epochs, one in "
                  + halving.eta()
                  + " resumes"));
    }
    result.data().forEach((name, value) -> facts.add(new Facts.Fact(name, value)));
    return new Facts(facts);
  }

  private Listing space() {
    List<String> lines = new ArrayList<>();
    SpaceFormat.json(result.sweep().search().space())
        .fields()
        .forEachRemaining(key -> lines.add(key.getKey() + " " + key.getValue()));
    return new Listing(lines);
  }

  private Listing settings() {
    List<String> lines = new ArrayList<>();
    ObjectNode configuration = (ObjectNode) MetricsJson.read(result.sweep().configuration());
    // Where a key has a condition, its setting holds for the other trials.
    String[] searched =
        result.sweep().search().space().dimensions().stream()
            .filter(one -> one.when().isEmpty())
            .map(Dimension::key)
            .toArray(String[]::new);
    FlatJson.AS_TEXT
        .of(configuration.path("experiment"))
        .forEach(
            (key, value) -> {
              if (!Settings.isWithin(key, searched)) {
                lines.add(key + " = " + value);
              }
            });
    return new Listing(lines);
  }
}
