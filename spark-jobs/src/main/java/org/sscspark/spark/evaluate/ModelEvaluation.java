package org.sscspark.spark.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.sscspark.network.NetworkSummary;
import org.sscspark.report.Figures;
import org.sscspark.report.Table;
import org.sscspark.report.Table.Column;
import org.sscspark.training.Evaluation;

/**
 * How a checkpoint does on a data set, and what it costs.
 *
 * @param name what to call it
 * @param location the checkpoint's folder
 * @param epochs complete epochs
 * @param rounds complete averaging rounds
 * @param checkpointBytes the bytes of its files
 * @param dense what densities are over
 * @param classes the name of each class
 */
public record ModelEvaluation(
    String name,
    String location,
    int epochs,
    long rounds,
    long checkpointBytes,
    NetworkSummary network,
    DenseCounts dense,
    List<String> classes,
    Evaluation evaluation) {

  public ModelEvaluation {
    classes = List.copyOf(classes);
  }

  /** Everything as JSON; shares are in [0, 1]. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("name", name);
    json.put("checkpoint", location);
    json.put("model", network.network());
    json.put("epochs", epochs);
    json.put("rounds", rounds);
    json.put("examples", evaluation.examples());
    json.put("accuracy", evaluation.accuracy());
    json.put("topFiveAccuracy", evaluation.topFiveAccuracy());
    json.put("loss", evaluation.loss());
    json.put("parameters", network.parameters());
    json.put("prunable", dense.prunable());
    json.put("kept", network.kept());
    json.put("density", dense.density(network.kept()));
    json.put("effectiveDensity", dense.density(network.effective()));
    json.put("densityOver", dense.over());
    json.put("macs", network.keptMacs());
    json.put("denseMacs", dense.macs());
    json.put("checkpointBytes", checkpointBytes);
    ArrayNode perClass = json.putArray("classes");
    ArrayNode confusion = json.putArray("confusion");
    for (int label = 0; label < classes.size(); label++) {
      ObjectNode one = perClass.addObject();
      one.put("name", classes.get(label));
      one.put("examples", evaluation.examples(label));
      if (evaluation.examples(label) > 0) {
        one.put("accuracy", evaluation.accuracy(label));
      }
      ArrayNode row = confusion.addArray();
      for (long count : evaluation.answers(label)) {
        row.add(count);
      }
    }
    return json;
  }

  /** The headline numbers of some models, one a row. */
  public static Table table(List<ModelEvaluation> models) {
    return new Table(
        List.of(
            Column.text("model"),
            Column.number("accuracy"),
            Column.number("top 5"),
            Column.number("loss"),
            Column.number("parameters"),
            Column.number("density"),
            Column.number("MACs"),
            Column.number("checkpoint"),
            Column.number("epochs")),
        models.stream().map(ModelEvaluation::row).toList());
  }

  private List<String> row() {
    return List.of(
        name,
        Figures.percent(evaluation.accuracy()),
        Figures.percent(evaluation.topFiveAccuracy()),
        Figures.fixed(evaluation.loss(), 4),
        Figures.count(network.parameters()),
        dense.densityInWords(network.kept()),
        Figures.large((double) network.keptMacs()),
        Figures.bytes(checkpointBytes),
        Integer.toString(epochs));
  }

  /**
   * Right answers, and the class most often taken for it, class by class; a dash where there is no
   * image of a class.
   */
  public Table classTable() {
    List<List<String>> rows = new ArrayList<>();
    for (int label = 0; label < classes.size(); label++) {
      rows.add(
          evaluation.examples(label) == 0
              ? List.of(classes.get(label), "-", "-", "")
              : List.of(
                  classes.get(label),
                  Figures.count(evaluation.examples(label)),
                  Figures.percent(evaluation.accuracy(label)),
                  mostTakenFor(label)));
    }
    return new Table(
        List.of(
            Column.text("class"),
            Column.number("images"),
            Column.number("accuracy"),
            Column.text("most often taken for")),
        rows);
  }

  private String mostTakenFor(int label) {
    long[] row = evaluation.answers(label);
    int most = -1;
    for (int other = 0; other < row.length; other++) {
      if (other != label && row[other] > 0 && (most < 0 || row[other] > row[most])) {
        most = other;
      }
    }
    return most < 0
        ? ""
        : classes.get(most)
            + " "
            + Figures.percent((double) row[most] / evaluation.examples(label));
  }
}
