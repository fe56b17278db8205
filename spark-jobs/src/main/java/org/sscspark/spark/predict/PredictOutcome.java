package org.sscspark.spark.predict;

import java.util.List;
import java.util.Locale;
import org.sscspark.data.PassedOver;

/**
 * What came of predicting.
 *
 * @param out where the table is
 * @param images the rows
 * @param failed rows with an error instead of a prediction
 * @param passedOver files that are no images and have no row
 * @param seconds from the first image read to the last row written
 */
public record PredictOutcome(
    String out, long images, long failed, List<PassedOver> passedOver, double seconds) {

  /** Images a second, all tasks together. */
  public double imagesPerSecond() {
    return images / seconds;
  }

  /** The outcome as lines of text. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "Predicted %,d images in %.1f s, %,.0f images/s%nTable %s%n",
            images,
            seconds,
            imagesPerSecond(),
            out));
    if (failed > 0) {
      text.append(
          String.format(
              Locale.ROOT, "%,d of them cannot be used; column error says why%n", failed));
    }
    for (PassedOver kind : passedOver) {
      text.append(
          String.format(
              Locale.ROOT,
              "passed over %,d %s, as %s%n",
              kind.count(),
              kind.kind(),
              kind.example()));
    }
    return text.toString();
  }
}
