package org.sscspark.spark.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sscspark.report.HtmlReport.Section;
import org.sscspark.report.Prose;
import org.sscspark.report.Table;
import org.sscspark.report.Table.Column;

/** What others have published, beside what was measured here. */
record PublishedSection(Comparison comparison) {
  private static final String TITLE = "Published numbers";

  Section section() {
    List<List<String>> rows = new ArrayList<>();
    String source = "";
    for (Cell cell : comparison.cells()) {
      Optional<PublishedResult> published = PublishedResult.of(comparison.plan(), cell.key());
      if (published.isPresent()) {
        source = published.get().source();
        rows.add(
            List.of(
                cell.key().label(),
                Words.asked(cell.key().density()),
                Words.accuracy(cell.bestAccuracy()),
                Words.accuracy(published.get().bestAccuracy()),
                Integer.toString(published.get().bestAccuracy().count())));
      }
    }
    if (rows.isEmpty()) {
      return Section.of(
          TITLE,
          new Prose(
              "No number at hand was published for this network and data set, with equal weights of"
                  + " these densities and methods as they are."));
    }
    return Section.of(
        TITLE,
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
}
