package org.sscspark.spark.compare;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.sscspark.config.BadInputException;
import org.sscspark.data.UnusableDataException;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.network.NetworkSpec;
import org.sscspark.report.Progress;
import org.sscspark.spark.averaging.ExecutorLanes;
import org.sscspark.spark.averaging.JavaBytes;
import org.sscspark.spark.averaging.TrainingJob;
import org.sscspark.spark.gpu.GpuStage;
import org.sscspark.spark.prune.ClusterGradients;
import org.sscspark.spark.train.Experiment;
import org.sscspark.spark.trial.TrialData;
import org.sscspark.training.RoundPlan;

/**
 * Times steps where trials are trained: in one task on an executor, with a trial's own engine,
 * threads, recipe and images. Methods that score weights score them first, on the whole cluster.
 */
record ExecutorStepClock(JavaSparkContext spark, TrialData data, Progress progress)
    implements StepClock {
  @Override
  public TimedSteps time(List<Subject> subjects) {
    List<TrainingJob> jobs = new ArrayList<>();
    int lanes = ExecutorLanes.narrowest(spark);
    try (Progress.Stage stage = progress.start("step times", subjects.size(), "networks")) {
      for (Subject subject : subjects) {
        stage.at(jobs.size(), subject.key().name());
        jobs.add(job(subject, lanes));
      }
      stage.at(jobs.size(), "timing steps");
      return times(subjects, jobs);
    }
  }

  private TimedSteps times(List<Subject> subjects, List<TrainingJob> jobs) {
    StepTimer timer = new StepTimer(jobs);
    byte[] answer =
        GpuStage.of(spark.getConf())
            .of(
                spark
                    .parallelize(List.of(JavaBytes.of(timer)), 1)
                    .map(bytes -> JavaBytes.of(JavaBytes.read(bytes, StepTimer.class).measure())))
            .collect()
            .get(0);
    StepTimer.Measured measured = JavaBytes.read(answer, StepTimer.Measured.class);
    List<StepTime> rows = new ArrayList<>();
    for (int i = 0; i < jobs.size(); i++) {
      rows.add(StepTime.of(subjects.get(i).key(), measured.seconds()[i]));
    }
    return new TimedSteps(measured.processor(), measured.engine(), rows);
  }

  private TrainingJob job(Subject subject, int lanes) {
    return subject.made(experiment -> job(subject, experiment, lanes));
  }

  private TrainingJob job(Subject subject, Experiment experiment, int lanes) {
    EngineSettings engine = experiment.engine().withLanes(() -> lanes);
    int batch = experiment.train().batch();
    return new TrainingJob(
        network(subject, experiment),
        engine,
        spark.sc().conf().getInt("spark.task.cpus", 1),
        experiment.train(),
        new RoundPlan(data.training().manifest().examples(), 1, batch, StepTimer.STEPS),
        experiment.averaging().optimizerState(),
        experiment.seed(),
        data.training());
  }

  private NetworkSpec network(Subject subject, Experiment experiment) {
    try {
      return experiment
          .designed(
              data.training().manifest().shape(),
              data.training().manifest().classes().size(),
              ClusterGradients.of(spark, data.training()))
          .network();
    } catch (UnusableDataException e) {
      throw e;
    } catch (BadInputException e) {
      throw new BadInputException(
          "comparing by seconds times steps first, and %s cannot be at density %s: %s"
              .formatted(subject.key().label(), experiment.density(), e.getMessage()),
          e);
    }
  }
}
