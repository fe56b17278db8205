package org.sscspark.spark.ml;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.AtomicType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sscspark.config.BadInputException;
import org.sscspark.data.ReadLimits;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.engine.choice.Engines;
import org.sscspark.network.NetworkSpec;
import org.sscspark.spark.dataset.ColumnPlaces;
import org.sscspark.spark.dataset.ExactRows;
import org.sscspark.spark.dataset.TableImages;
import org.sscspark.spark.evaluate.SavedModel;
import org.sscspark.spark.predict.PredictorPlan;

/**
 * A trained network. Adds to a table of images the columns of logits, of probabilities and of the
 * likeliest class, whose metadata name the classes. Images of other sizes are scaled until they
 * just cover the network's input, and cut.
 */
public final class SscClassificationModel extends Model<SscClassificationModel>
    implements ImageParams<SscClassificationModel>, MLWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final ImageParamSet imageParams;

  /** Null in what Spark makes to learn which models there are. */
  private final transient SavedModel trained;

  private final transient Labels labels;

  /** Parameters where executors find them, for one Spark context. */
  private transient Broadcast<float[]> broadcast;

  /** Those that {@link #broadcast} has. */
  private transient float[] sent;

  private transient SparkContext context;

  /** For Spark Connect, which asks each model for its class; such a model holds no network. */
  public SscClassificationModel() {
    this(Identifiable.randomUID("sscClassifier"), null, null);
  }

  SscClassificationModel(String uid, SavedModel trained, Labels labels) {
    this.uid = uid;
    this.trained = trained;
    this.labels = labels;
    imageParams = new ImageParamSet(this);
    setImageDefaults();
    setDefault(engine(), Engines.AUTO);
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
  public SscClassificationModel self() {
    return this;
  }

  /** The network and its parameters, as a run's checkpoint has them. */
  public SavedModel trained() {
    if (trained == null) {
      throw new IllegalStateException("This model holds no network; fit or load one");
    }
    return trained;
  }

  /** The network with the parameters that predict. */
  private SavedModel predicting() {
    if (!isAverage()) {
      return trained();
    }
    return trained()
        .averaged()
        .orElseThrow(
            () ->
                new BadInputException(
                    "The model has no moving average of its parameters: it was trained without"
                        + " train.ema.decay; set parameters to trained"));
  }

  Labels labels() {
    return labels;
  }

  /** The names of the classes, in the order of probabilities. */
  public List<String> classes() {
    return trained().input().classes();
  }

  /** The number of classes. */
  public int numClasses() {
    return classes().size();
  }

  @Override
  public StructType transformSchema(StructType schema) {
    try {
      Engines.requireKnown(getOrDefault(engine()));
      predicting();
      images(schema);
      return OutputColumns.of(this).appendedTo(schema, Optional.of(labels));
    } catch (BadInputException e) {
      throw ParamWords.of(e);
    }
  }

  private TableImages images(StructType schema) {
    NetworkSpec network = trained().network();
    String column = getOrDefault(imageCol());
    TableImages images = TableImages.of(schema, column, pixels(), ReadLimits.standard().bytes());
    pixels()
        .ifPresentOrElse(
            shape -> PredictorPlan.requirePixels(network, shape, "column " + column),
            () -> PredictorPlan.requireFiles(network, "column " + column));
    return images;
  }

  /**
   * Predicts.
   *
   * @throws BadInputException if a column is missing or of another type, or there is one of the
   *     output's names, or executors have too little memory; from the task, naming the row, if an
   *     image cannot be used and {@code handleInvalid} is {@code error}
   */
  @Override
  public Dataset<Row> transform(Dataset<?> table) {
    StructType schema = transformSchema(table.schema());
    SparkContext spark = table.sparkSession().sparkContext();
    EngineSettings engine = EngineSettings.named(getOrDefault(engine()));
    PredictorPlan.requireMemory(
        JavaSparkContext.fromSparkContext(spark), trained().network(), engine);
    PredictorPlan plan =
        new PredictorPlan(
            trained().network(),
            trained().input().normalization(),
            engine,
            PredictorPlan.threads(spark.conf()),
            pixels().isPresent(),
            ReadLimits.standard());
    List<String> names = Arrays.asList(table.schema().fieldNames());
    RowPredictor rows =
        new RowPredictor(
            plan,
            images(table.schema()),
            names.indexOf(getOrDefault(imageCol())),
            id().map(names::indexOf).filter(place -> isNamed(table.schema(), place)).orElse(-1),
            getOrDefault(handleInvalid()),
            OutputColumns.of(this),
            labels.values());
    Broadcast<float[]> vector = broadcast(spark);
    Dataset<Row> predicted =
        ExactRows.of(table)
            .mapPartitions(
                (MapPartitionsFunction<Row, Row>) part -> rows.predict(vector.value(), part),
                ExactRows.encoder(placed(schema)));
    // Encoders forget metadata.
    Column[] columns = new Column[schema.size()];
    Arrays.setAll(
        columns,
        place -> {
          StructField field = schema.apply(place);
          return ExactRows.restored(ColumnPlaces.column(predicted, place), field.dataType())
              .as(field.name(), field.metadata());
        });
    return predicted.select(columns);
  }

  /** Whether a column is there and has values that a message can say. */
  private static boolean isNamed(StructType schema, int place) {
    return place >= 0
        && schema.apply(place).dataType() instanceof AtomicType type
        && !type.equals(DataTypes.BinaryType);
  }

  /** A schema whose columns are named by their places. */
  private static StructType placed(StructType schema) {
    String[] names = ColumnPlaces.names(schema.size());
    StructField[] fields = new StructField[names.length];
    Arrays.setAll(
        fields,
        place -> {
          StructField field = schema.apply(place);
          return new StructField(
              names[place], field.dataType(), field.nullable(), field.metadata());
        });
    return new StructType(fields);
  }

  private synchronized Broadcast<float[]> broadcast(SparkContext spark) {
    float[] parameters = predicting().state().parameters();
    if (context != spark || sent != parameters) {
      broadcast = JavaSparkContext.fromSparkContext(spark).broadcast(parameters);
      sent = parameters;
      context = spark;
    }
    return broadcast;
  }

  @Override
  public SscClassificationModel copy(ParamMap extra) {
    SscClassificationModel copy = new SscClassificationModel(uid, trained, labels);
    return copyValues(copy, extra).setParent(parent());
  }

  @Override
  public MLWriter write() {
    return new ModelWriter(this);
  }

  /** Reads what {@link #write} wrote, on any file system that Hadoop knows. */
  public static MLReader<SscClassificationModel> read() {
    return new ModelReader();
  }

  /** Reads a model. */
  public static SscClassificationModel load(String path) {
    return read().load(path);
  }

  @Override
  public String toString() {
    return trained == null
        ? "SscClassificationModel: uid=" + uid
        : "SscClassificationModel: uid=%s, network=%s, classes=%s"
            .formatted(uid, trained.network().name(), numClasses());
  }
}
