package org.sscspark.spark.predict;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The table of predictions: {@code id}, {@code label} and {@code probability} of the likeliest
 * class, {@code label2}, {@code probability2} and so on of the others, and {@code error}, which
 * says why there is no prediction and else is null.
 *
 * @param classes the names of the network's classes
 * @param top how many classes a row has
 */
record PredictionTable(List<String> classes, int top) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The column that says why there is no prediction. */
  static final String ERROR = "error";

  PredictionTable {
    classes = List.copyOf(classes);
    top = Math.min(top, classes.size());
  }

  StructType schema() {
    StructType schema = new StructType().add("id", DataTypes.StringType);
    for (int rank = 1; rank <= top; rank++) {
      String suffix = rank == 1 ? "" : Integer.toString(rank);
      schema =
          schema
              .add("label" + suffix, DataTypes.StringType)
              .add("probability" + suffix, DataTypes.FloatType);
    }
    return schema.add(ERROR, DataTypes.StringType);
  }

  /** Of equal probabilities the first class comes first. */
  Row row(String id, Prediction answer) {
    Object[] values = new Object[2 * top + 2];
    values[0] = id;
    if (answer.isAnswer()) {
      double[] probabilities = answer.probabilities();
      int[] best =
          IntStream.range(0, probabilities.length)
              .boxed()
              .sorted(Comparator.comparingDouble((Integer k) -> -probabilities[k]))
              .limit(top)
              .mapToInt(Integer::intValue)
              .toArray();
      for (int rank = 0; rank < top; rank++) {
        values[2 * rank + 1] = classes.get(best[rank]);
        values[2 * rank + 2] = (float) probabilities[best[rank]];
      }
    } else {
      values[2 * top + 1] = answer.problem();
    }
    return RowFactory.create(values);
  }
}
