package org.sscspark.spark.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.sscspark.checkpoint.RunRecord;
import org.sscspark.config.BuildVersion;
import org.sscspark.data.DatasetManifest;
import org.sscspark.network.NetworkSummary;
import org.sscspark.report.Axis;
import org.sscspark.report.BarChart;
import org.sscspark.report.Block;
import org.sscspark.report.Chart;
import org.sscspark.report.Facts;
import org.sscspark.report.Figures;
import org.sscspark.report.Headlines;
import org.sscspark.report.Headlines.Headline;
import org.sscspark.report.HeatMap;
import org.sscspark.report.HtmlReport;
import org.sscspark.report.HtmlReport.Section;
import org.sscspark.report.LineChart;
import org.sscspark.report.LineChart.Point;
import org.sscspark.report.LineChart.Series;
import org.sscspark.report.LineChart.Style;
import org.sscspark.report.NetworkBlocks;
import org.sscspark.report.Prose;
import org.sscspark.report.Row;
import org.sscspark.spark.dataset.DatasetReference;

/**
 * The page that tells how one or several models do on a data set, and what they are.
 *
 * @param title what the page is about
 * @param data what was evaluated on
 * @param runs the models, at least one
 */
public record EvaluationReport(String title, DatasetReference data, List<ReportedRun> runs) {
  /** With more classes than this, bars are too many to look at. */
  private static final int MOST_BARS = 25;

  public EvaluationReport {
    runs = List.copyOf(runs);
  }

  /**
   * The page.
   *
   * @param more facts about what was run
   */
  public HtmlReport page(List<Facts.Fact> more) {
    DatasetManifest images = data.manifest();
    List<Section> sections = new ArrayList<>();
    sections.add(runs.size() == 1 ? headlines(runs.get(0)) : comparison());
    sections.add(whatWasRun(more));
    if (runs.stream().anyMatch(run -> !run.epochs().isEmpty())) {
      sections.add(training());
    }
    for (ReportedRun run : runs) {
      sections.add(answers(run.model()));
    }
    for (ReportedRun run : runs) {
      NetworkSummary network = run.model().network();
      List<Block> layers = new ArrayList<>();
      run.model().dense().layersDiffer(network).map(Prose::new).ifPresent(layers::add);
      layers.add(NetworkBlocks.densities(network));
      layers.add(NetworkBlocks.layers(network));
      sections.add(new Section(titled("Layers", run.model()), layers));
    }
    return new HtmlReport(
        title,
        "Evaluated on %s images of %s, in %s classes"
            .formatted(Figures.count(images.examples()), images.name(), images.classes().size()),
        sections,
        "ssc-spark " + BuildVersion.current().version());
  }

  private Section headlines(ReportedRun run) {
    ModelEvaluation model = run.model();
    NetworkSummary network = model.network();
    return Section.of(
        "",
        new Headlines(
            List.of(
                new Headline(
                    "accuracy",
                    Figures.percent(model.evaluation().accuracy()),
                    "top 5: " + Figures.percent(model.evaluation().topFiveAccuracy())),
                new Headline(
                    "parameters",
                    Figures.count(network.parameters()),
                    model.dense().densityInWords(network.kept())
                        + (model.dense().known()
                            ? " of the prunable weights"
                            : " prunable weights")),
                new Headline(
                    "multiply-adds an image",
                    Figures.large((double) network.keptMacs()),
                    "dense: " + Figures.large((double) model.dense().macs())),
                new Headline(
                    "checkpoint",
                    Figures.bytes(model.checkpointBytes()),
                    "after " + run.trained() + " epochs" + run.mark()))));
  }

  private Section comparison() {
    return Section.of(
        "",
        ReportedRun.table(runs),
        Row.of(
            against("Accuracy against parameters", "parameters", Cost.PARAMETERS),
            against("Accuracy against multiply-adds", "multiply-adds an image", Cost.MACS)));
  }

  private enum Cost {
    PARAMETERS,
    MACS;

    private double of(ModelEvaluation model) {
      return this == PARAMETERS ? model.network().parameters() : model.network().keptMacs();
    }
  }

  private Chart against(String chart, String label, Cost cost) {
    return new LineChart(
        chart,
        Axis.logarithmic(label, Axis.Format.LARGE),
        Axis.linear("accuracy", Axis.Format.PERCENT),
        IntStream.range(0, runs.size())
            .mapToObj(
                colour -> {
                  ModelEvaluation model = runs.get(colour).model();
                  Point point = new Point(cost.of(model), model.evaluation().accuracy());
                  return new Series(model.name(), colour, Style.POINTS, List.of(point));
                })
            .toList());
  }

  private Section whatWasRun(List<Facts.Fact> more) {
    DatasetManifest images = data.manifest();
    List<Facts.Fact> facts = new ArrayList<>(more);
    facts.add(
        new Facts.Fact(
            "evaluated on",
            "%s: %s images of %s, SHA-256 %s"
                .formatted(
                    data.location(),
                    Figures.count(images.examples()),
                    images.sizes(),
                    images.contentSha256())));
    for (ReportedRun run : runs) {
      facts.add(new Facts.Fact("checkpoint", run.model().location()));
    }
    facts.addAll(whatTrained());
    List<Block> blocks = new ArrayList<>();
    blocks.add(new Facts(facts));
    blocks.addAll(new RunSettings(runs).blocks());
    return new Section("What was run", blocks);
  }

  /** Of all runs at once what they have in common, and of each by its name what they have not. */
  private List<Facts.Fact> whatTrained() {
    Map<String, List<Facts.Fact>> ofRuns = new LinkedHashMap<>();
    int recorded = 0;
    for (ReportedRun run : runs) {
      if (run.record().isPresent()) {
        recorded++;
        RunRecord record = run.record().get();
        Map<String, String> told = new LinkedHashMap<>();
        told.put("trained on", recorded(record, ""));
        if (run.scoredOn().isPresent()) {
          told.put("scored while training on", recorded(record, RunRecord.TEST));
        }
        told.putAll(record.told());
        told.forEach(
            (name, value) ->
                ofRuns
                    .computeIfAbsent(name, fact -> new ArrayList<>())
                    .add(new Facts.Fact(name + " (" + run.name() + ")", value)));
      }
    }
    List<Facts.Fact> facts = new ArrayList<>();
    for (Map.Entry<String, List<Facts.Fact>> fact : ofRuns.entrySet()) {
      List<Facts.Fact> each = fact.getValue();
      boolean same = each.stream().map(Facts.Fact::value).distinct().count() == 1;
      if (same && each.size() == recorded) {
        facts.add(new Facts.Fact(fact.getKey(), each.get(0).value()));
      } else {
        facts.addAll(each);
      }
    }
    return facts;
  }

  /**
   * A data set of a run.
   *
   * @param role what its keys begin with
   */
  private static String recorded(RunRecord record, String role) {
    return "%s: %s images, SHA-256 %s"
        .formatted(
            record.data().get(role + "name"),
            record.data().get(role + "examples"),
            record.data().get(role + "sha256"));
  }

  private Section training() {
    LearningCurves curves = new LearningCurves(runs);
    double longest = runs.stream().mapToDouble(EvaluationReport::longestPhase).max().orElse(1);
    List<Block> times = new ArrayList<>();
    for (ReportedRun run : runs) {
      times.add(
          new BarChart(
              titled("Seconds of all workers", run.model()),
              phases(run),
              longest > 0 ? longest : 1));
    }
    return Section.of(
        "Training",
        new Prose(
            "Training accuracy and loss are those of the minibatches, augmented and while the"
                + " parameters moved; the others are those after the epoch, on the set that scored"
                + " the run while it was trained"
                + (runs.stream().anyMatch(run -> run.isScoredApart(data.manifest().contentSha256()))
                    ? ", which is not the one of all other numbers here."
                    : ".")),
        Row.of(curves.accuracy(), curves.loss()),
        new Row(times));
  }

  private static double longestPhase(ReportedRun run) {
    return phases(run).stream().mapToDouble(BarChart.Bar::value).max().orElse(0);
  }

  private static List<BarChart.Bar> phases(ReportedRun run) {
    return List.of(
        phase(run, "waiting for images", "data"),
        phase(run, "forward", "forward"),
        phase(run, "backward", "backward"),
        phase(run, "update", "update"));
  }

  private static BarChart.Bar phase(ReportedRun run, String name, String key) {
    double seconds = run.workerSeconds(key);
    return new BarChart.Bar(name, seconds, Figures.fixed(seconds, 1) + " s");
  }

  private Section answers(ModelEvaluation model) {
    HeatMap confusion =
        new HeatMap(
            "Answers in % of each class",
            "class", "answer", model.classes(), model.evaluation().confusion());
    if (model.classes().size() > MOST_BARS) {
      return Section.of(titled("Answers", model), Row.of(confusion, model.classTable()));
    }
    List<BarChart.Bar> bars =
        IntStream.range(0, model.classes().size())
            .filter(label -> model.evaluation().examples(label) > 0)
            .mapToObj(
                label -> {
                  double accuracy = model.evaluation().accuracy(label);
                  return new BarChart.Bar(
                      model.classes().get(label), accuracy, Figures.percent(accuracy));
                })
            .toList();
    return Section.of(
        titled("Answers", model), Row.of(confusion, new BarChart("Accuracy by class", bars, 1)));
  }

  private String titled(String what, ModelEvaluation model) {
    return runs.size() == 1 ? what : what + ": " + model.name();
  }
}
