package org.sscspark.spark.trial;

import java.io.Serializable;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.sscspark.spark.dataset.DatasetReference;

/** The data sets that all trials of one piece of work share. */
public record TrialData(DatasetReference training, DatasetReference test) implements Serializable {
  private static final long serialVersionUID = 1L;

  public TrialData {
    training.requireSameKind(test);
  }

  /**
   * Refers to two stored data sets.
   *
   * @throws org.sscspark.config.BadInputException if there is none at one of the places, or if
   *     their images or classes are not alike
   */
  public static TrialData at(Configuration configuration, URI training, URI test) {
    return new TrialData(
        DatasetReference.to(configuration, training), DatasetReference.to(configuration, test));
  }
}
