package org.sscspark.spark.ml;

import java.io.Serializable;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Location;
import org.sscspark.config.Settings;
import org.sscspark.config.SettingsSource;
import org.sscspark.spark.train.Experiment;
import org.sscspark.spark.train.UnusedSettings;
import org.sscspark.spark.watch.WatchSettings;

/** The params of the estimator that its model has not. */
final class SettingParams implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(SettingParams.class);

  /** What messages call the text of {@link #config}. */
  private static final String CONFIG_NAME = "config";

  final Param<String> labelCol;
  final Param<String> workDir;
  final IntParam imageSize;
  final BooleanParam skipCorrupt;
  final Param<String> config;
  final Param<String> network;
  final Param<String> method;
  final DoubleParam density;
  final IntParam epochs;
  final IntParam batchSize;
  final DoubleParam learningRate;
  final LongParam seed;
  final IntParam workers;
  final IntParam averagingFrequency;

  private final SscClassifier stage;

  /** The setting that a param stands for. */
  private final LinkedHashMap<Param<?>, String> settings = new LinkedHashMap<>();

  SettingParams(SscClassifier stage) {
    this.stage = stage;
    labelCol = new Param<>(stage, "labelCol", "column of labels: strings or whole numbers");
    workDir =
        new Param<>(
            stage,
            "workDir",
            "folder for data sets and runs, which the driver and all executors reach");
    imageSize =
        new IntParam(
            stage,
            "imageSize",
            "height and width that images are scaled and cut to; unset, all have one size",
            ParamValidators.gtEq(1));
    skipCorrupt =
        new BooleanParam(
            stage, "skipCorrupt", "whether fit leaves out images that cannot be decoded");
    config =
        new Param<>(
            stage, "config", "settings of ssc-defaults.conf as HOCON; params that are set win");
    network = setting(new Param<>(stage, "network", "setting model.name"), "model.name");
    method = setting(new Param<>(stage, "method", "setting method"), "method");
    density = setting(new DoubleParam(stage, "density", "setting density"), "density");
    epochs = setting(new IntParam(stage, "epochs", "setting train.epochs"), "train.epochs");
    batchSize = setting(new IntParam(stage, "batchSize", "setting train.batch"), "train.batch");
    learningRate =
        setting(
            new DoubleParam(stage, "learningRate", "setting train.learning-rate"),
            "train.learning-rate");
    seed = setting(new LongParam(stage, "seed", "setting seed"), "seed");
    workers =
        setting(new IntParam(stage, "workers", "setting averaging.workers"), "averaging.workers");
    averagingFrequency =
        setting(
            new IntParam(stage, "averagingFrequency", "setting averaging.frequency"),
            "averaging.frequency");
  }

  private <P extends Param<?>> P setting(P param, String key) {
    settings.put(param, key);
    return param;
  }

  /**
   * What is to be trained, and who is told of it.
   *
   * @param experiment trains to its end, without a pause
   */
  record Fit(Experiment experiment, WatchSettings watch) {}

  /**
   * What is to be done: the defaults, the config, then the params that are set. Those that change
   * nothing are named in a warning.
   *
   * @throws BadInputException if a setting is unknown or out of range, or would pause the training,
   *     or the model is to predict with an average that the run does not keep
   */
  Fit fit() {
    List<String> overrides = new ArrayList<>();
    for (Map.Entry<Param<?>, String> setting : settings.entrySet()) {
      if (stage.isSet(setting.getKey())) {
        overrides.add(setting.getValue() + "=" + stage.getOrDefault(setting.getKey()));
      }
    }
    if (stage.isSet(stage.engine())) {
      overrides.add("engine=" + stage.getOrDefault(stage.engine()));
    }
    Settings all = settings(overrides);
    Experiment experiment = all.bind(Experiment.class);
    if (experiment.train().stopAfter() > 0) {
      throw new BadInputException(
          "train.stop-after pauses a run, and fit returns what is trained to the end: set"
              + " train.epochs, and leave stop-after out of config");
    }
    if (stage.isAverage() && experiment.train().ema().decay() == 0) {
      throw new BadInputException(
          "parameters is average, and the run keeps no average; set train.ema.decay in config, as in"
              + " train.ema.decay = 0.999, or set parameters to trained");
    }
    UnusedSettings.text(all, List.of(experiment), Set.of()).ifPresent(LOG::warn);
    return new Fit(experiment, all.bind("metrics", WatchSettings.class));
  }

  private Settings settings(List<String> overrides) {
    if (!stage.isSet(config)) {
      return Settings.load(Optional.empty(), overrides);
    }
    URI itself = Location.of(CONFIG_NAME);
    String text = stage.getOrDefault(config);
    SettingsSource source =
        file -> file.equals(itself) ? Optional.of(text) : SettingsSource.LOCAL.read(file);
    return Settings.load(source, Optional.of(CONFIG_NAME), overrides);
  }
}
