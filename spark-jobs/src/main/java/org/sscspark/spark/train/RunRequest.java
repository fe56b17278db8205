package org.sscspark.spark.train;

import java.io.IOException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.sscspark.checkpoint.RunRecord;
import org.sscspark.config.BadInputException;
import org.sscspark.config.CanonicalJson;
import org.sscspark.config.UnmetSettingsException;
import org.sscspark.data.DatasetManifest;
import org.sscspark.network.NetworkSpec;
import org.sscspark.pruning.GradientSources;
import org.sscspark.spark.dataset.DatasetReference;

/**
 * A run that is asked for, wherever it is written.
 *
 * @param place where it is computed
 * @param experiment as it was given
 * @param data the training set, with images as large as asked for
 * @param test the set to evaluate on after each epoch, if any
 * @param dense the network with all its weights
 * @param densePhase the epochs that train it, if there are any
 */
record RunRequest(
    Place place,
    Experiment experiment,
    DatasetReference data,
    Optional<DatasetReference> test,
    NetworkSpec dense,
    Optional<DensePhase> densePhase) {
  private static final String NAME = "name";

  /**
   * Checks what can be checked without a folder.
   *
   * @param given the training set
   * @param givenTest the set to evaluate on after each epoch, if any
   * @throws BadInputException if settings, data sets and model do not fit together
   */
  static RunRequest of(
      Place place,
      Experiment experiment,
      DatasetReference given,
      Optional<DatasetReference> givenTest) {
    Optional<Integer> side = experiment.train().augmentation().resize();
    DatasetReference data = given.resized(side);
    Optional<DatasetReference> test = givenTest.map(set -> set.resized(side));
    test.ifPresent(data::requireSameKind);
    test.ifPresent(set -> set.manifest().requireRoom());
    NetworkSpec dense = Trainable.require(experiment, data.manifest());
    Optional<DensePhase> densePhase = DensePhase.of(experiment, dense);
    if (experiment.train().patience() > 0 && test.isEmpty()) {
      throw new UnmetSettingsException(
          "train.patience waits for a better evaluation, and there is no set to evaluate on: give"
              + " --test, or leave it out");
    }
    return new RunRequest(place, experiment, data, test, dense, densePhase);
  }

  /** How files are reached. */
  Configuration hadoop() {
    return data.configuration().value();
  }

  /** Reads what the run starts from, if it is not initial weights. */
  Optional<StartingModel> starting() throws IOException {
    return experiment.from().isEmpty()
        ? Optional.empty()
        : Optional.of(
            StartingModel.read(
                hadoop(),
                experiment.from().get(),
                dense,
                data.manifest().classes(),
                experiment.seed()));
  }

  /** Where scores get their gradients. */
  GradientSources gradients() {
    return place.gradients(data);
  }

  /**
   * What a run's folder says of it.
   *
   * @param completed the experiment with what the settings leave open
   */
  RunRecord record(Experiment completed) {
    SortedMap<String, String> identity = new TreeMap<>();
    identify("", data, identity);
    test.ifPresentOrElse(
        set -> identify(RunRecord.TEST, set, identity),
        () -> identity.put(RunRecord.TEST + NAME, RunRecord.ABSENT));
    SortedMap<String, String> environment = new TreeMap<>();
    environment.put("java", Runtime.version().toString());
    environment.put("spark", org.apache.spark.package$.MODULE$.SPARK_VERSION());
    return new RunRecord(CanonicalJson.of(completed), identity, environment);
  }

  private static void identify(
      String role, DatasetReference set, SortedMap<String, String> identity) {
    DatasetManifest manifest = set.manifest();
    identity.put(role + NAME, manifest.name());
    identity.put(role + "examples", Long.toString(manifest.examples()));
    identity.put(role + "sha256", manifest.contentSha256());
    RunRecord.putMeaning(role, manifest.shape(), manifest.classes(), identity);
    manifest
        .decoding()
        .ifPresent(version -> identity.put(role + RunRecord.DECODING, Integer.toString(version)));
  }
}
