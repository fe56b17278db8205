package org.sscspark.spark.trial;

import java.io.Serializable;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.sscspark.config.BadInputException;
import org.sscspark.data.sharding.CommonImages;
import org.sscspark.spark.dataset.DatasetReference;
import org.sscspark.spark.train.Experiment;
import org.sscspark.spark.train.Trainable;
import org.sscspark.spark.watch.RunListener;
import org.sscspark.spark.watch.WatchSettings;

/**
 * What all trials of one piece of work share, besides settings.
 *
 * @param training what they train on
 * @param test what they are evaluated on
 * @param watch who is told of them; no part of what they are
 */
public record TrialData(DatasetReference training, DatasetReference test, WatchSettings watch)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public TrialData {
    training.requireSameKind(test);
  }

  /** Data sets of trials that nobody is told of. */
  public TrialData(DatasetReference training, DatasetReference test) {
    this(training, test, WatchSettings.NONE);
  }

  /**
   * The same, with others told of the trials.
   *
   * @throws org.sscspark.config.BadInputException if a listener's class is not there or cannot be
   *     one
   */
  public TrialData watchedBy(WatchSettings settings) {
    List<RunListener> unused = settings.newListeners();
    return new TrialData(training, test, settings);
  }

  /**
   * The same images in one size, if the settings of trials ask for it.
   *
   * @param side of a square; empty leaves images as they are
   * @throws org.sscspark.config.BadInputException if a data set holds pixels
   */
  public TrialData resized(Optional<Integer> side) {
    return new TrialData(training.resized(side), test.resized(side), watch);
  }

  /**
   * Checks that nothing is known to be trained on that is tested on.
   *
   * @param role what a user calls the set that is tested on, as the beginning of a sentence
   * @throws BadInputException if trials would be tested on images of the training set
   */
  public void requireApart(String role) {
    Optional<String> common = CommonImages.of(training.manifest(), test.manifest());
    if (common.isPresent()) {
      throw new BadInputException(
          "%s %s %s; give other images (shard --portion cuts a data set in parts)"
              .formatted(role, test.location(), common.get()));
    }
  }

  /**
   * Checks, without reading images, that a trial by some settings would not be refused.
   *
   * @throws org.sscspark.config.BadInputException if settings, data set and model do not fit
   *     together
   */
  public void requireTrainable(Experiment experiment) {
    Trial.requireWhole(experiment);
    Trainable.require(experiment, training.manifest());
    test.manifest().requireRoom();
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
