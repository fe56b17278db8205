package org.sscspark.spark.ml;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Location;
import org.sscspark.data.ImageEncoding;
import org.sscspark.data.ReadLimits;
import org.sscspark.data.sharding.ImageOptions;
import org.sscspark.data.sharding.ShardingOptions;
import org.sscspark.spark.dataset.TableColumns;
import org.sscspark.spark.evaluate.SavedModel;

/**
 * Trains a network on a table of images and labels, as the commands shard and train do: with the
 * same settings and rows the parameters are the same, bit for bit. A param that is not set has the
 * value of {@code config}, or else that of {@code ssc-defaults.conf}.
 *
 * <p>The rows are read three times, once to tell whether they have been sharded before; nothing but
 * counts and the trained network reaches the driver. Images without ids are ordered by their
 * content.
 */
public final class SscClassifier extends Estimator<SscClassificationModel>
    implements ImageParams<SscClassifier>, DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(SscClassifier.class);

  /** That of the command shard. */
  private static final long SHARDING_SEED = 1;

  private final String uid;
  private final ImageParamSet imageParams;
  private final SettingParams params;

  /** An estimator with a name of its own. */
  public SscClassifier() {
    this(Identifiable.randomUID("sscClassifier"));
  }

  /** An estimator with a given name. */
  public SscClassifier(String uid) {
    this.uid = uid;
    imageParams = new ImageParamSet(this);
    params = new SettingParams(this);
    setImageDefaults();
    setDefault(params.labelCol, "label");
    setDefault(params.skipCorrupt, false);
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public ImageParamSet imageParams() {
    return imageParams;
  }

  @Override
  public SscClassifier self() {
    return this;
  }

  /**
   * Trains.
   *
   * @throws BadInputException naming the param, column or row that cannot be used
   */
  @Override
  public SscClassificationModel fit(Dataset<?> table) {
    try {
      SettingParams.Fit fit = params.fit();
      if (!isSet(params.workDir)) {
        throw new BadInputException(
            "Set workDir to a folder that the driver and all executors reach, as in"
                + " hdfs:///tmp/ssc: fit keeps its data set and its run there");
      }
      JavaSparkContext spark =
          JavaSparkContext.fromSparkContext(table.sparkSession().sparkContext());
      WorkFolder work = new WorkFolder(spark, Location.of(getOrDefault(params.workDir)));
      URI data = work.data(table.toDF(), columns(), options());
      SavedModel trained = work.train(fit, data);
      StructField column = table.schema().apply(getOrDefault(params.labelCol));
      Labels labels = Labels.of(column, trained.input().classes());
      for (String name : Labels.unlearned(column, trained.input().classes())) {
        LOG.warn(
            "No row has label {} of column '{}', so it is no class of the model",
            name,
            column.name());
      }
      SscClassificationModel model =
          new SscClassificationModel(
              uid, trained.withClasses(labels.namesOf(trained.input().classes())), labels);
      copyValues(model.setParent(this), ParamMap.empty());
      return isSet(engine()) ? model : model.setEngine(fit.experiment().engine().name());
    } catch (BadInputException e) {
      throw ParamWords.of(e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot train on this table", e);
    } catch (Exception e) {
      // What a task finds comes in an exception of Spark's, which declares none.
      Optional<BadInputException> badInput = ParamWords.badInput(e);
      if (badInput.isPresent()) {
        throw badInput.get();
      }
      throw e;
    }
  }

  private TableColumns columns() {
    return new TableColumns(
        getOrDefault(imageCol()), getOrDefault(params.labelCol), id(), pixels());
  }

  private ShardingOptions options() {
    if (isSet(params.imageSize) && pixels().isPresent()) {
      throw new BadInputException(
          "imageSize is for image files, and images are pixels of imageShape; leave out imageSize");
    }
    OptionalInt size =
        isSet(params.imageSize)
            ? OptionalInt.of((int) getOrDefault(params.imageSize))
            : OptionalInt.empty();
    boolean skip = (boolean) getOrDefault(params.skipCorrupt);
    return ShardingOptions.of("dataframe", SHARDING_SEED)
        .withImages(new ImageOptions(ImageEncoding.RAW, size, skip, ReadLimits.standard()));
  }

  @Override
  public StructType transformSchema(StructType schema) {
    try {
      columns().requireIn(schema);
      // What the labels will be called is known when the network is.
      return OutputColumns.of(this).appendedTo(schema, Optional.empty());
    } catch (BadInputException e) {
      throw ParamWords.of(e);
    }
  }

  @Override
  public SscClassifier copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  @Override
  public MLWriter write() {
    return new DefaultParamsWriter(this);
  }

  /** Reads what {@link #write} wrote. */
  public static MLReader<SscClassifier> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads an estimator. */
  public static SscClassifier load(String path) {
    return read().load(path);
  }

  /** The column of labels, strings or whole numbers. */
  public Param<String> labelCol() {
    return params.labelCol;
  }

  /** Sets the column of labels, strings or whole numbers; {@code label} unless set. */
  public SscClassifier setLabelCol(String value) {
    set(params.labelCol, value);
    return this;
  }

  /** The folder for data sets and runs. */
  public Param<String> workDir() {
    return params.workDir;
  }

  /** Sets the folder for data sets and runs. */
  public SscClassifier setWorkDir(String value) {
    set(params.workDir, value);
    return this;
  }

  /** The height and width that images are scaled and cut to. */
  public IntParam imageSize() {
    return params.imageSize;
  }

  /** Sets the height and width that images are scaled and cut to. */
  public SscClassifier setImageSize(int value) {
    set(params.imageSize, value);
    return this;
  }

  /** Whether fit leaves out images that cannot be decoded. */
  public BooleanParam skipCorrupt() {
    return params.skipCorrupt;
  }

  /** Sets whether fit leaves out images that cannot be decoded; false unless set. */
  public SscClassifier setSkipCorrupt(boolean value) {
    set(params.skipCorrupt, value);
    return this;
  }

  /** Settings of ssc-defaults.conf as HOCON. */
  public Param<String> config() {
    return params.config;
  }

  /** Sets settings of ssc-defaults.conf as HOCON. */
  public SscClassifier setConfig(String value) {
    set(params.config, value);
    return this;
  }

  /** The setting model.name. */
  public Param<String> network() {
    return params.network;
  }

  /** Sets the setting model.name. */
  public SscClassifier setNetwork(String value) {
    set(params.network, value);
    return this;
  }

  /** The setting method. */
  public Param<String> method() {
    return params.method;
  }

  /** Sets the setting method. */
  public SscClassifier setMethod(String value) {
    set(params.method, value);
    return this;
  }

  /** The setting density. */
  public DoubleParam density() {
    return params.density;
  }

  /** Sets the setting density. */
  public SscClassifier setDensity(double value) {
    set(params.density, value);
    return this;
  }

  /** The setting train.epochs. */
  public IntParam epochs() {
    return params.epochs;
  }

  /** Sets the setting train.epochs. */
  public SscClassifier setEpochs(int value) {
    set(params.epochs, value);
    return this;
  }

  /** The setting train.batch. */
  public IntParam batchSize() {
    return params.batchSize;
  }

  /** Sets the setting train.batch. */
  public SscClassifier setBatchSize(int value) {
    set(params.batchSize, value);
    return this;
  }

  /** The setting train.learning-rate. */
  public DoubleParam learningRate() {
    return params.learningRate;
  }

  /** Sets the setting train.learning-rate. */
  public SscClassifier setLearningRate(double value) {
    set(params.learningRate, value);
    return this;
  }

  /** The setting seed. */
  public LongParam seed() {
    return params.seed;
  }

  /** Sets the setting seed. */
  public SscClassifier setSeed(long value) {
    set(params.seed, value);
    return this;
  }

  /** The setting averaging.workers. */
  public IntParam workers() {
    return params.workers;
  }

  /** Sets the setting averaging.workers. */
  public SscClassifier setWorkers(int value) {
    set(params.workers, value);
    return this;
  }

  /** The setting averaging.frequency. */
  public IntParam averagingFrequency() {
    return params.averagingFrequency;
  }

  /** Sets the setting averaging.frequency. */
  public SscClassifier setAveragingFrequency(int value) {
    set(params.averagingFrequency, value);
    return this;
  }
}
