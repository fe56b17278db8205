package org.sscspark.spark.sweep;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.sscspark.config.KebabCase;
import org.sscspark.report.Figures;
import org.sscspark.report.Table;
import org.sscspark.report.Table.Column;
import org.sscspark.search.Budget;
import org.sscspark.search.History;
import org.sscspark.search.Job;
import org.sscspark.search.Search;
import org.sscspark.training.MetricsJson;

/**
 * What a sweep would do.
 *
 * @param first the jobs that would come first
 * @param slots that trials have side by side
 */
public record SweepPreview(Sweep sweep, List<Job> first, int slots) {
  private static final int SHOWN = 5;

  public SweepPreview {
    first = List.copyOf(first);
  }

  /** Looks ahead as far as no result is needed. */
  public static SweepPreview of(Sweep sweep, int slots) {
    List<Job> first = new ArrayList<>();
    History history = History.EMPTY;
    while (first.size() < SHOWN && sweep.search().next(history) instanceof Job job) {
      first.add(job);
      history = history.plus(job);
    }
    return new SweepPreview(sweep, first, slots);
  }

  /** The plan as JSON. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.setAll((ObjectNode) MetricsJson.read(sweep.configuration()));
    json.put("slots", slots);
    for (Job job : first) {
      ObjectNode one = json.withArray("first").addObject();
      one.put("epochs", job.epochs());
      job.point().values().forEach(one.putObject("values")::put);
    }
    return json;
  }

  /** The plan in lines of text. */
  public String text() {
    Search search = sweep.search();
    List<Column> columns = new ArrayList<>();
    columns.add(Column.number("first trials"));
    columns.add(Column.number("epochs"));
    search.space().keys().forEach(key -> columns.add(Column.number(key)));
    List<List<String>> rows = new ArrayList<>();
    for (Job job : first) {
      List<String> row = new ArrayList<>();
      row.add(Integer.toString(job.trial()));
      row.add(Integer.toString(job.epochs()));
      search.space().keys().forEach(key -> row.add(job.point().value(key).orElse("")));
      rows.add(row);
    }
    return "Sweep: %s over %s keys for the best %s, %s; %s%n"
            .formatted(
                KebabCase.of(StrategySettings.kind(search.strategy())),
                search.space().keys().size(),
                search.objective().metric(),
                budget(search.budget()),
                switch (sweep.runs()) {
                  case IN_TASK -> slots + " trials side by side";
                  case DATA_PARALLEL -> "one trial after the other on the whole cluster";
                })
        + new Table(columns, rows).text();
  }

  private static String budget(Budget budget) {
    List<String> limits = new ArrayList<>();
    budget.trials().ifPresent(trials -> limits.add(trials + " trials"));
    budget.epochs().ifPresent(epochs -> limits.add(epochs + " epochs"));
    budget.wallTime().ifPresent(time -> limits.add(Figures.time(time)));
    return limits.isEmpty() ? "every point once" : "at most " + String.join(", ", limits);
  }
}
