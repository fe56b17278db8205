package org.sscspark.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.sscspark.config.BadInputException;
import org.sscspark.data.Augmentation;
import org.sscspark.data.CropBatch;
import org.sscspark.data.Dataset;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.EpochOrder;
import org.sscspark.data.ImageBlock;
import org.sscspark.data.ImageBlocks;
import org.sscspark.data.ImageTransform;
import org.sscspark.data.Minibatch;
import org.sscspark.data.MinibatchPlan;
import org.sscspark.data.MinibatchReader;
import org.sscspark.data.Normalization;
import org.sscspark.data.ResidentDataset;
import org.sscspark.data.TrainingBatch;
import org.sscspark.data.TrainingBatches;
import org.sscspark.data.TrainingSet;
import org.sscspark.engine.Engine;
import org.sscspark.engine.ImageCrop;
import org.sscspark.engine.ParameterUpdate;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.engine.Replica;
import org.sscspark.engine.ResidentImages;
import org.sscspark.engine.ResidentTraining;
import org.sscspark.engine.TrainingObjective;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.optimizer.Nesterov;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;
import org.sscspark.training.Ema;
import org.sscspark.training.LocalTrainer;
import org.sscspark.training.Recipe;
import org.sscspark.training.RoundPlan;
import org.sscspark.training.RoundResult;
import org.sscspark.training.RoundSteps;
import org.sscspark.training.ScheduleSettings;
import org.sscspark.training.TrainingProgress;

/** Images that a GPU keeps give the bits that the host's pipeline gives. */
class CudaImagesTest {
  private static final int CLASSES = 4;

  @BeforeAll
  static void needsADriver() {
    TestDriver.device();
  }

  @AfterEach
  void heal() {
    TestDriver.heal();
  }

  /** With a border around the input, of which crops must leave the zeros alone. */
  private static NetworkSpec network(FeatureShape image) {
    return new NetworkSpec(
        "small",
        image,
        List.of(
            new Op.Convolution(
                "conv",
                "input",
                Support.dense(new WeightShape(5, image.channels(), 3, 3)),
                1,
                1,
                false),
            new Op.BatchNorm("norm", "conv", 5),
            new Op.Relu("relu", "norm"),
            new Op.GlobalAveragePool("pool", "relu"),
            new Op.FullyConnected(
                "head", "pool", Support.dense(new WeightShape(CLASSES, 5, 1, 1)), true)));
  }

  private static Recipe recipe(int batch, Augmentation augmentation) {
    return new Recipe(
        1,
        batch,
        new Nesterov(),
        List.of(),
        List.of(),
        0.05,
        ScheduleSettings.constant(),
        0.1,
        augmentation,
        List.of(),
        Ema.NONE,
        0,
        0);
  }

  private static float[] wholeInput(CudaReplica replica) {
    DeviceMemory memory = replica.input().data();
    float[] values = new float[(int) (memory.bytes() / Float.BYTES)];
    replica.workspace().stream.download(memory, values, 0, values.length);
    return values;
  }

  /** All minibatches of an epoch, the last of which is partial, over shapes, paddings and flips. */
  @Test
  void theNetworksInputHasTheBitsOfTheHostsPipeline() {
    RandomNetworks random = new RandomNetworks(21);
    CudaEngine engine = new CudaEngine(TestDriver.device());
    for (int trial = 0; trial < 12; trial++) {
      FeatureShape image =
          new FeatureShape(random.between(1, 4), random.between(1, 9), random.between(1, 12));
      Dataset dataset =
          ImageBlocks.random(
              image, CLASSES, random.between(1, 60), random.between(1, 9), random.between(20, 90));
      Augmentation augmentation =
          new Augmentation(
              random.between(0, 11),
              trial % 3 == 0 ? Augmentation.Flip.NONE : Augmentation.Flip.HORIZONTAL);
      int batch = List.of(1, 7, 33, 70, 150).get(trial % 5);
      int workers = random.between(1, 2);
      MinibatchPlan plan =
          MinibatchPlan.epoch(
              EpochOrder.of(dataset.manifest(), trial, trial, workers), workers - 1, batch);
      Normalization normalization = Normalization.of(dataset.manifest());
      NetworkSpec network = network(image);
      try (CudaReplica host = (CudaReplica) engine.replica(network, batch);
          CudaReplica kept = (CudaReplica) engine.replica(network, batch)) {
        ResidentTraining hostTraining = training(host);
        ResidentTraining keptTraining = training(kept);
        ResidentImages images =
            keptTraining
                .images(dataset.manifest().examples(), normalization.tables())
                .orElseThrow();
        TrainingSet set = new ResidentDataset(dataset, augmentation, images);
        ImageTransform transform = new ImageTransform(augmentation, normalization);
        try (MinibatchReader expected =
                new MinibatchReader(dataset, plan, transform, host.inputLayout());
            TrainingBatches<?> actual = set.open(plan)) {
          while (expected.hasNext()) {
            Minibatch there = expected.next();
            CropBatch here = (CropBatch) actual.next();
            ParameterUpdate update = new ParameterUpdate.Sgd(0.01f, ParameterUpdate.Decay.NONE);
            hostTraining.start(new float[0], 1);
            hostTraining.step(there.input(), there.targets(), there.count(), update);
            keptTraining.start(new float[0], 1);
            here.images().step(here.crops(), update);

            assertThat(here.count()).isEqualTo(there.count());
            assertThat(wholeInput(kept)).as("trial %d", trial).isEqualTo(wholeInput(host));
            assertThat(keptTraining.finish(new float[0]).losses())
                .isEqualTo(hostTraining.finish(new float[0]).losses());
          }
          assertThat(actual.hasNext()).isFalse();
        }
      }
    }
  }

  private static ResidentTraining training(Replica replica) {
    return replica.residentTraining(new TrainingObjective(0)).orElseThrow();
  }

  /** The rounds of an epoch of two workers; the last round and its minibatch are partial. */
  private static List<RoundResult> epoch(
      Engine engine, Dataset dataset, Recipe recipe, Class<? extends TrainingBatch> expected) {
    NetworkSpec network = network(dataset.manifest().shape());
    RoundPlan plan = new RoundPlan(dataset.manifest().examples(), 2, recipe.batch(), 3);
    List<RoundResult> results = new ArrayList<>();
    try (Replica replica = engine.replica(network, recipe.batch())) {
      LocalTrainer trainer = new LocalTrainer(replica, recipe, recipe.learningRate(plan));
      TrainingSet set = trainer.trainingSet(dataset);
      EpochOrder order = EpochOrder.of(dataset.manifest(), 3, 1, 2);
      try (TrainingBatches<?> batches = set.open(MinibatchPlan.epoch(order, 1, recipe.batch()))) {
        assertThat(batches.next()).isInstanceOf(expected);
      }
      float[] parameters = new RandomNetworks(5).parameters(network);
      float[] state = new float[trainer.optimizerStateSize()];
      TrainingProgress progress = TrainingProgress.START;
      for (int round = 0; round < plan.rounds(0); round++) {
        int first = (int) plan.firstStep(progress);
        int steps = plan.steps(progress, 1);
        progress = progress.afterRound(plan, 0);
        MinibatchPlan minibatches =
            new MinibatchPlan(order, 1, recipe.batch(), first, first + steps);
        try (TrainingBatches<?> batches = set.open(minibatches)) {
          results.add(trainer.round(parameters, state, batches, RoundSteps.goingOn(first, steps)));
        }
        parameters = results.get(round).parameters();
        state = results.get(round).optimizerState();
      }
    }
    return results;
  }

  @Test
  void whetherTheImagesFitDoesNotChangeABit() {
    Dataset dataset = ImageBlocks.random(new FeatureShape(3, 7, 6), CLASSES, 40, 23, 31);
    Recipe recipe = recipe(9, Augmentation.cropAndFlip(2));
    CudaEngine engine = new CudaEngine(TestDriver.fakeDevice());

    List<RoundResult> kept = epoch(engine, dataset, recipe, CropBatch.class);
    TestDriver.set("spare", 2 * CudaImages.bytes(dataset.manifest().shape(), 94) - 1);
    List<RoundResult> sent = epoch(engine, dataset, recipe, Minibatch.class);

    assertThat(kept).hasSameSizeAs(sent).hasSizeGreaterThan(1);
    for (int round = 0; round < kept.size(); round++) {
      assertThat(kept.get(round).parameters()).isEqualTo(sent.get(round).parameters());
      assertThat(kept.get(round).optimizerState()).isEqualTo(sent.get(round).optimizerState());
      assertThat(kept.get(round).tally()).isEqualTo(sent.get(round).tally());
    }
  }

  @Test
  void imagesStayOnTheHostUnlessHalfOfTheFreeMemoryIsEnough() {
    NetworkSpec network = network(new FeatureShape(1, 4, 4));
    float[][] values = Normalization.unit(1).tables();
    long bytes = CudaImages.bytes(network.input(), 1000);
    try (Replica replica = new CudaEngine(TestDriver.fakeDevice()).replica(network, 4)) {
      ResidentTraining training = training(replica);
      TestDriver.set("spare", 2 * bytes - 1);
      assertThat(training.images(1000, values)).isEmpty();
      assertThat(training.images(1L << 40, values)).isEmpty();
      TestDriver.set("spare", 2 * bytes);
      assertThat(training.images(1000, values)).isPresent();
    }
  }

  @Test
  void refusesImagesForWhichThereIsNoRoom() {
    FeatureShape shape = new FeatureShape(2, 3, 3);
    try (Replica replica = new CudaEngine(TestDriver.device()).replica(network(shape), 4)) {
      ResidentImages images =
          training(replica).images(10, Normalization.unit(2).tables()).orElseThrow();

      assertThatThrownBy(() -> images.keep(8, new byte[3 * shape.size()], new int[3]))
          .hasMessage(
              "There is room for 10 images of shape 2x3x3, not for 3 from 8 on in 54 bytes");
      assertThatThrownBy(
              () ->
                  images.step(
                      List.of(new ImageCrop(10, 0, 0, false)),
                      new ParameterUpdate.Sgd(0.1f, ParameterUpdate.Decay.NONE)))
          .hasMessage("There is no image 10 among 10");
    }
  }

  @Test
  void refusesADataSetOfAnotherShape() {
    Dataset dataset = ImageBlocks.random(new FeatureShape(1, 4, 4), CLASSES, 5);
    try (Replica replica =
        new CudaEngine(TestDriver.device()).replica(network(new FeatureShape(1, 4, 5)), 4)) {
      Recipe recipe = recipe(4, Augmentation.none());
      LocalTrainer trainer =
          new LocalTrainer(replica, recipe, recipe.learningRate(new RoundPlan(5, 1, 4, 1)));

      assertThatThrownBy(() -> trainer.trainingSet(dataset))
          .hasMessage("A network with input 1x4x5 cannot read images of shape 1x4x4");
    }
  }

  @Test
  void aDamagedShardIsNamedWhenTheImagesAreBroughtIn() {
    Dataset whole = ImageBlocks.random(new FeatureShape(1, 4, 4), CLASSES, 5, 6);
    Dataset damaged =
        new Dataset() {
          @Override
          public DatasetManifest manifest() {
            return whole.manifest();
          }

          @Override
          public ImageBlock readShard(int shard) {
            if (shard == 1) {
              throw new BadInputException("Shard 1 is damaged");
            }
            return whole.readShard(shard);
          }
        };
    try (Replica replica =
        new CudaEngine(TestDriver.device()).replica(network(whole.manifest().shape()), 4)) {
      ResidentImages images =
          training(replica).images(11, Normalization.unit(1).tables()).orElseThrow();

      assertThatThrownBy(() -> new ResidentDataset(damaged, Augmentation.none(), images))
          .hasMessage("Shard 1 is damaged");
    }
  }
}
