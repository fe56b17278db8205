package org.sscspark.spark.ml;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.sscspark.config.BadInputException;
import org.sscspark.spark.dataset.TableImages;
import org.sscspark.spark.predict.Answered;
import org.sscspark.spark.predict.PredictorPlan;

/**
 * Predicts the rows of one task.
 *
 * @param image the place of the image column
 * @param id the place of the column that tells rows apart, or -1
 * @param handleInvalid what is done with images that cannot be used
 * @param values what the prediction column holds for each class
 */
record RowPredictor(
    PredictorPlan plan,
    TableImages images,
    int image,
    int id,
    String handleInvalid,
    OutputColumns columns,
    List<Double> values)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Predicts rows as they are asked for. */
  Iterator<Row> predict(float[] parameters, Iterator<Row> rows) {
    Iterator<Answered<Row>> answers =
        plan.answers(parameters, rows, row -> images.read(row, image, ""));
    return new Iterator<>() {
      private Row ahead;

      @Override
      public boolean hasNext() {
        while (ahead == null && answers.hasNext()) {
          ahead = row(answers.next());
        }
        return ahead != null;
      }

      @Override
      public Row next() {
        if (!hasNext()) {
          throw new NoSuchElementException("No row is left");
        }
        Row next = ahead;
        ahead = null;
        return next;
      }
    };
  }

  /** Returns the row with its answer, or null if it is left out. */
  private Row row(Answered<Row> answered) {
    if (!answered.answer().isAnswer()) {
      if (handleInvalid.equals(ImageParamSet.SKIP)) {
        return null;
      }
      if (handleInvalid.equals(ImageParamSet.ERROR)) {
        throw new BadInputException(
            ParamWords.of(
                "The image of %s %s; set handleInvalid to keep or skip such rows"
                    .formatted(where(answered.item()), answered.answer().problem())));
      }
    }
    return columns.row(answered.item(), answered.answer(), values);
  }

  private String where(Row row) {
    if (id < 0 || row.isNullAt(id)) {
      return "the row " + images.whose(row, image);
    }
    // Rows hold the bytes of strings.
    Object value =
        row.get(id) instanceof byte[] text ? new String(text, StandardCharsets.UTF_8) : row.get(id);
    return "row '" + value + "'";
  }
}
