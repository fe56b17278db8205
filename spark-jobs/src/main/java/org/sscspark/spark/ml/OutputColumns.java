package org.sscspark.spark.ml;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sscspark.config.BadInputException;
import org.sscspark.spark.predict.Prediction;

/**
 * The columns that a model adds to a table; one of an empty name is left out.
 *
 * @param raw the column of logits
 * @param probability the column of probabilities
 * @param prediction the column of the likeliest class
 */
record OutputColumns(String raw, String probability, String prediction) implements Serializable {
  private static final long serialVersionUID = 1L;

  static OutputColumns of(ImageParams<?> stage) {
    return new OutputColumns(
        stage.getOrDefault(stage.rawPredictionCol()),
        stage.getOrDefault(stage.probabilityCol()),
        stage.getOrDefault(stage.predictionCol()));
  }

  /**
   * Returns a table's schema with these columns.
   *
   * @throws BadInputException if it has one of them already
   */
  StructType appendedTo(StructType schema, Optional<Labels> labels) {
    StructType all = schema;
    for (StructField field : fields(labels)) {
      Optional<String> same = sameName(all, field.name());
      if (same.isPresent()) {
        throw new BadInputException(
            "The table has a column '%s' already; give rawPredictionCol, probabilityCol and predictionCol names of their own"
                .formatted(same.get()));
      }
      all = all.add(field);
    }
    return all;
  }

  /** The column that a name stands for in this session, where case may make no difference. */
  private static Optional<String> sameName(StructType schema, String name) {
    boolean exact = SQLConf.get().caseSensitiveAnalysis();
    return Arrays.stream(schema.fieldNames())
        .filter(other -> exact ? other.equals(name) : other.equalsIgnoreCase(name))
        .findFirst();
  }

  private List<StructField> fields(Optional<Labels> labels) {
    List<StructField> fields = new ArrayList<>();
    if (!raw.isEmpty()) {
      fields.add(vector(raw, labels));
    }
    if (!probability.isEmpty()) {
      fields.add(vector(probability, labels));
    }
    if (!prediction.isEmpty()) {
      fields.add(
          labels
              .map(known -> known.field(prediction))
              .orElseGet(
                  () -> DataTypes.createStructField(prediction, DataTypes.DoubleType, false)));
    }
    return fields;
  }

  /**
   * The field of a vector of a number for each class. Stages and evaluators that read it ask its
   * metadata for its length, which they would take from the first row otherwise, or not check.
   */
  private static StructField vector(String name, Optional<Labels> labels) {
    Metadata length =
        labels
            .map(known -> new AttributeGroup(name, known.values().size()).toMetadata())
            .orElse(Metadata.empty());
    return new StructField(name, SQLDataTypes.VectorType(), true, length);
  }

  /**
   * Returns a row with an answer; without one all numbers are NaN, since Spark's evaluators read
   * vectors and no nulls.
   *
   * @param values what the prediction column holds for each class
   */
  Row row(Row row, Prediction answer, List<Double> values) {
    Object[] all = new Object[row.size() + fields(Optional.empty()).size()];
    for (int i = 0; i < row.size(); i++) {
      all[i] = row.get(i);
    }
    int next = row.size();
    if (!raw.isEmpty()) {
      all[next++] =
          answer.isAnswer() ? Vectors.dense(doubles(answer.logits())) : unknown(values.size());
    }
    if (!probability.isEmpty()) {
      all[next++] =
          answer.isAnswer() ? Vectors.dense(answer.probabilities()) : unknown(values.size());
    }
    if (!prediction.isEmpty()) {
      all[next] = answer.isAnswer() ? values.get(answer.likeliest()) : Double.NaN;
    }
    return RowFactory.create(all);
  }

  private static Vector unknown(int classes) {
    double[] all = new double[classes];
    Arrays.fill(all, Double.NaN);
    return Vectors.dense(all);
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, k -> values[k]);
    return doubles;
  }
}
