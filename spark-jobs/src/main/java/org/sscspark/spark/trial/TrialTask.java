package org.sscspark.spark.trial;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.config.CanonicalJson;
import org.sscspark.config.Settings;
import org.sscspark.config.UnmetSettingsException;
import org.sscspark.report.Progress;
import org.sscspark.spark.train.Experiment;
import org.sscspark.spark.train.RunOptions;
import org.sscspark.spark.train.TrainJob;
import org.sscspark.training.DivergedException;

/**
 * A whole trial as one Spark task. If its executor is lost, or it throws, Spark runs it again and
 * it resumes from its newest checkpoint.
 *
 * @param settings the experiment as canonical JSON, because its parts are not serialisable
 * @param folder the run's folder
 * @param threads of the replica
 * @param narrowestLanes of all executors, so that every trial computes with the same
 * @param epochs after so many complete epochs the trial pauses
 */
record TrialTask(
    String settings, TrialData data, URI folder, int threads, int narrowestLanes, int epochs)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(TrialTask.class);

  static TrialTask of(Trial trial, TrialData data, URI folder, int threads, int narrowestLanes) {
    return new TrialTask(
        CanonicalJson.of(trial.experiment()),
        data,
        folder,
        threads,
        narrowestLanes,
        trial.epochs());
  }

  /**
   * Trains to the end, or to where it pauses.
   *
   * @param epochLines takes the metrics of each epoch
   * @return why the trial cannot continue, or an empty text. What would end alike if it were
   *     repeated is not thrown
   * @throws TrialMemoryException if there is too little memory
   */
  String run(Consumer<String> epochLines) throws IOException {
    Experiment experiment = Settings.bind(ConfigFactory.parseString(settings), Experiment.class);
    try {
      TrainJob.local(
              experiment,
              data.training(),
              Optional.of(data.test()),
              threads,
              narrowestLanes,
              RunOptions.watchedBy(data.watch()))
          .run(
              folder,
              Progress.SILENT,
              new Epochs(epochLines, new Pause(epochs, experiment.train().epochs())));
      return "";
    } catch (Pause.ReachedException e) {
      return "";
    } catch (DivergedException | UnmetSettingsException e) {
      return e.getMessage();
    } catch (RuntimeException | Error e) {
      if (ExceptionUtils.indexOfType(e, OutOfMemoryError.class) < 0) {
        throw e;
      }
      // What the trial had is let go; the others may have enough.
      LOG.warn("The trial in {} ran out of memory", folder, e);
      throw new TrialMemoryException(Runtime.getRuntime().maxMemory());
    }
  }
}
