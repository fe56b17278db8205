package org.sscspark.spark.bench;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleFunction;
import org.apache.hadoop.conf.Configuration;
import org.sscspark.config.BadInputException;
import org.sscspark.data.Dataset;
import org.sscspark.engine.Engine;
import org.sscspark.engine.FeatureStorage;
import org.sscspark.engine.lane.LaneEngine;
import org.sscspark.engine.nd4j.Nd4jEngine;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.SscDesign;
import org.sscspark.network.SscSettings;
import org.sscspark.pattern.DensityProfile;
import org.sscspark.report.Progress;
import org.sscspark.spark.bench.Interleaved.Timing;

/**
 * Training steps of one network, 32x32 images in ten classes: dense, with SSC and with unstructured
 * supports, on the lane engine and on others. A step is forward, loss, backward and update.
 */
public final class TrainBenchmark {
  /**
   * What to measure.
   *
   * @param densities of the SSC networks; the dense one is measured too
   * @param unstructured densities of networks with unstructured supports
   * @param storages of features in the lane engine, each measured
   * @param seconds for all steps; what {@code operators} asks for takes as long again
   * @param pythons commands to look for PyTorch with, in turn; empty to leave it out
   * @param libtorch where the build put it; empty to leave it out
   * @param operators whether to look into the lane engine's steps
   * @param data a sharded data set of 32x32 colour images, for the input pipeline's share
   */
  public record Settings(
      SizedModel model,
      List<Double> densities,
      List<Double> unstructured,
      DensityProfile profile,
      int threads,
      List<FeatureStorage> storages,
      int batch,
      double seconds,
      List<String> pythons,
      Optional<Path> libtorch,
      boolean dl4j,
      boolean nd4j,
      boolean operators,
      Optional<URI> data) {}

  /**
   * One subject's step.
   *
   * @param engine who computes
   * @param network which weights
   * @param speedUp medians against the dense network of the reference
   */
  public record Row(
      String engine,
      String network,
      double density,
      long weights,
      double bestMillis,
      double medianMillis,
      int samples,
      double bestImagesPerSecond,
      double imagesPerSecond,
      double speedUp) {}

  /**
   * Another framework that was asked for.
   *
   * @param name of the framework; null, as all that follows, if it is left out
   * @param stepBytes how much its process grew for a step
   * @param lossDifference how far the loss of its first step was from the lane engine's, relative,
   *     in single precision: both begin with the same parameters and images
   * @param missing why it is left out; null if it is not
   */
  public record Peer(
      String name, String version, Long stepBytes, Double lossDifference, String missing) {}

  /**
   * All rows.
   *
   * @param reference the row that speed-ups are against: the fastest of other frameworks in single
   *     precision, or the lane engine's
   * @param peers other frameworks, those that are left out among them
   * @param inside one for each network of the lane engine, if asked for
   */
  public record Result(
      String model,
      double width,
      int batch,
      int threads,
      String reference,
      List<Peer> peers,
      List<Row> rows,
      List<StepProfile> inside) {
    /** Tables. */
    public String text() {
      return TrainTables.text(this);
    }
  }

  /** Where Python is looked for unless the user names one. */
  public static final List<String> PYTHONS = PyTorch.INTERPRETERS;

  private static final String DENSE = "dense";

  /** A network. */
  private record Subject(String name, NetworkSpec network) {}

  private final Settings settings;
  private final NetworkSpec dense;
  private final List<Subject> subjects = new ArrayList<>();
  private final Interleaved rounds = new Interleaved();

  /** What is known of each key of the rounds, before timing. */
  private final Map<String, Row> described = new LinkedHashMap<>();

  /** Keys of what others are compared with: other frameworks in single precision. */
  private final List<String> references = new ArrayList<>();

  private final Optional<Dataset> data;

  private final List<AutoCloseable> open = new ArrayList<>();

  private TrainBenchmark(Settings settings) {
    this.settings = settings;
    this.dense = settings.model.network(NoiseImages.SHAPE, NoiseImages.CLASSES);
    this.data = settings.data.map(at -> Dataset.open(new Configuration(), at));
    data.ifPresent(TrainBenchmark::requireImages);
    subjects.add(new Subject(DENSE, dense));
    addSubjects(
        "SSC",
        settings.densities,
        density -> SscDesign.apply(dense, density, SscSettings.of(settings.profile)));
    addSubjects(
        "unstructured",
        settings.unstructured,
        density -> RandomSupport.network(dense, settings.profile, density));
  }

  private void addSubjects(
      String name, List<Double> densities, DoubleFunction<NetworkSpec> design) {
    Densities.networks(name, densities, design)
        .forEach(network -> subjects.add(new Subject(name, network)));
  }

  private static void requireImages(Dataset dataset) {
    if (!dataset.manifest().shape().equals(NoiseImages.SHAPE)) {
      throw new BadInputException(
          "The data set has images of %s; bench train needs %s"
              .formatted(dataset.manifest().shape(), NoiseImages.SHAPE));
    }
  }

  /**
   * Measures.
   *
   * @throws org.sscspark.config.BadInputException if there is no such model, a density cannot be
   *     met or the data set cannot be read
   */
  public static Result run(Settings settings, Progress progress) throws Exception {
    TrainBenchmark benchmark = new TrainBenchmark(settings);
    try {
      return benchmark.measure(progress);
    } finally {
      for (AutoCloseable closeable : benchmark.open) {
        closeable.close();
      }
    }
  }

  private Result measure(Progress progress) {
    List<StepProfile> inside = List.of();
    if (settings.operators) {
      inside = profiles(progress);
    }
    List<Peer> peers;
    Map<String, Timing> timings;
    try (Progress.Stage stage = progress.start("steps", 1, "comparison")) {
      addReplicas();
      peers = addPeers();
      timings = rounds.run(settings.seconds);
      stage.at(1, "");
    }
    String reference = reference(timings);
    double base = timings.get(reference).medianMillis();
    List<Row> rows = new ArrayList<>();
    timings.forEach((key, timing) -> rows.add(timed(described.get(key), timing, base)));
    return new Result(
        settings.model.model(),
        settings.model.width(),
        settings.batch,
        settings.threads,
        reference,
        peers,
        rows,
        inside);
  }

  private List<StepProfile> profiles(Progress progress) {
    List<StepProfile> profiles = new ArrayList<>();
    int count = subjects.size() * settings.storages.size();
    try (Progress.Stage stage = progress.start("operators", count, "networks")) {
      for (Subject subject : subjects) {
        for (FeatureStorage storage : settings.storages) {
          profiles.add(
              StepProfile.measure(
                  subject.name,
                  subject.network,
                  settings.batch,
                  new LaneEngine(settings.threads, storage),
                  data,
                  settings.seconds / count));
          stage.at(profiles.size(), "");
        }
      }
    }
    return profiles;
  }

  private void addReplicas() {
    for (FeatureStorage storage : settings.storages) {
      for (Subject subject : subjects) {
        add(name(storage), new LaneEngine(settings.threads, storage), subject);
      }
    }
    if (settings.nd4j) {
      add(Nd4jEngine.NAME, new Nd4jEngine(settings.threads), subjects.get(0));
    }
    if (settings.dl4j) {
      StockStep step = new StockStep(dense, settings.batch, settings.threads);
      rounds.add(describe("DL4J's layers", DENSE, 1, weights(dense)), step);
    }
  }

  /** The lane engine with a storage of features. */
  static String name(FeatureStorage storage) {
    return switch (storage) {
      case FLOAT32 -> LaneEngine.NAME;
      case BFLOAT16 -> LaneEngine.NAME + ", bfloat16 storage";
    };
  }

  private void add(String name, Engine engine, Subject subject) {
    ReplicaStep step = new ReplicaStep(engine.replica(subject.network, settings.batch));
    open.add(step);
    double density = (double) step.weights() / weights(dense);
    rounds.add(describe(name, subject.name, density, step.weights()), step);
  }

  /** How to start another framework. */
  private interface Starter {
    TorchPeer start(PeerJob job) throws TorchPeer.MissingException;
  }

  private List<Peer> addPeers() {
    List<Starter> starters = new ArrayList<>();
    if (!settings.pythons.isEmpty()) {
      starters.add(job -> PyTorch.start(settings.pythons, job));
    }
    settings.libtorch.ifPresent(folder -> starters.add(job -> Libtorch.start(folder, job)));
    if (starters.isEmpty()) {
      return List.of();
    }
    PeerJob job = PeerJob.of(dense, settings.batch, settings.threads);
    List<Peer> peers = new ArrayList<>();
    for (Starter starter : starters) {
      try {
        peers.add(add(starter.start(job)));
      } catch (TorchPeer.MissingException missing) {
        peers.add(new Peer(null, null, null, null, missing.getMessage()));
      }
    }
    return peers;
  }

  private Peer add(TorchPeer peer) {
    open.add(peer);
    peer.singles().forEach(variant -> references.add(add(peer, variant)));
    peer.halves().forEach(variant -> add(peer, variant));
    return new Peer(peer.name(), peer.version(), peer.stepBytes(), peer.lossDifference(), null);
  }

  private String add(TorchPeer peer, String variant) {
    String key = describe(peer.name() + " " + variant, DENSE, 1, weights(dense));
    rounds.addTimed(key, () -> peer.step(variant));
    return key;
  }

  private static long weights(NetworkSpec network) {
    return network.weighted().stream().mapToLong(layer -> layer.prunable()).sum();
  }

  /** Remembers a subject and returns its key. */
  private String describe(String engine, String network, double density, long weights) {
    String key = engine + " " + network + (network.equals(DENSE) ? "" : " " + density);
    described.put(key, new Row(engine, network, density, weights, 0, 0, 0, 0, 0, 0));
    return key;
  }

  private String reference(Map<String, Timing> timings) {
    return references.stream()
        .min((a, b) -> Double.compare(timings.get(a).medianMillis(), timings.get(b).medianMillis()))
        .orElse(name(settings.storages.get(0)) + " " + DENSE);
  }

  private Row timed(Row subject, Timing timing, double base) {
    return new Row(
        subject.engine,
        subject.network,
        subject.density,
        subject.weights,
        timing.bestMillis(),
        timing.medianMillis(),
        timing.samples(),
        1000 * settings.batch / timing.bestMillis(),
        1000 * settings.batch / timing.medianMillis(),
        base / timing.medianMillis());
  }
}
