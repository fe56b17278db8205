package org.sscspark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sscspark.config.BadInputException;
import org.sscspark.engine.InputLayout;
import org.sscspark.network.FeatureShape;

@Timeout(30)
class MinibatchReaderTest {
  private static final FeatureShape SHAPE = new FeatureShape(3, 5, 6);
  private static final int BATCH = 7;
  private static final Dataset DATASET = ImageBlocks.random(SHAPE, 4, 20, 1, 13, 9);
  private static final EpochOrder ORDER = EpochOrder.of(DATASET.manifest(), 11, 4, 2);
  private static final ImageTransform TRANSFORM =
      new ImageTransform(Augmentation.cropAndFlip(2), Normalization.of(DATASET.manifest()));

  /** Lanes of four with a frame of one pixel, as an engine with padded activations may want. */
  private static InputLayout framedLanes() {
    int lanes = 4;
    int row = (SHAPE.width() + 2) * lanes;
    int channel = (SHAPE.height() + 2) * row;
    int block = SHAPE.channels() * channel;
    return new InputLayout(SHAPE, 8, lanes, row + lanes, block, channel, row, lanes, 2 * block);
  }

  static Stream<InputLayout> layouts() {
    return Stream.of(InputLayout.nchw(SHAPE, BATCH), framedLanes());
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void equalsANaiveReader(InputLayout layout) {
    for (int worker = 0; worker < 2; worker++) {
      List<float[]> expected = naiveImages(worker);
      MinibatchPlan plan = MinibatchPlan.epoch(ORDER, worker, BATCH);
      int seen = 0;
      try (MinibatchReader reader = new MinibatchReader(DATASET, plan, TRANSFORM, layout)) {
        while (reader.hasNext()) {
          Minibatch minibatch = reader.next();
          assertThat(minibatch.count()).isEqualTo(Math.min(BATCH, expected.size() - seen));
          for (int n = 0; n < minibatch.count(); n++) {
            assertThat(image(minibatch.input(), layout, n)).isEqualTo(expected.get(seen++));
          }
        }
      }
      assertThat(seen).isEqualTo(ORDER.examples(worker));
    }
  }

  @Test
  void writesNothingOutsideTheImages() {
    InputLayout layout = framedLanes();
    boolean[] inside = new boolean[layout.length()];
    for (int n = 0; n < layout.capacity(); n++) {
      for (int at : places(layout, n)) {
        inside[at] = true;
      }
    }
    MinibatchPlan plan = MinibatchPlan.epoch(ORDER, 0, BATCH);
    try (MinibatchReader reader = new MinibatchReader(DATASET, plan, TRANSFORM, layout)) {
      while (reader.hasNext()) {
        float[] input = reader.next().input();
        for (int i = 0; i < input.length; i++) {
          if (!inside[i]) {
            assertThat(input[i]).isZero();
          }
        }
      }
    }
  }

  @Test
  void labelsFollowTheOrder() {
    List<Integer> expected = new ArrayList<>();
    for (Example example : sequence(0)) {
      expected.add(example.block().labels()[example.index()]);
    }

    assertThat(labels(MinibatchPlan.epoch(ORDER, 0, BATCH))).isEqualTo(expected);
  }

  @Test
  void startingAtAnyMinibatchContinuesThere() {
    InputLayout layout = InputLayout.nchw(SHAPE, BATCH);
    List<float[]> whole = inputs(MinibatchPlan.epoch(ORDER, 1, BATCH), layout);
    for (int first = 0; first <= whole.size(); first++) {
      MinibatchPlan rest = MinibatchPlan.epoch(ORDER, 1, BATCH).slice(first, whole.size());

      assertThat(inputs(rest, layout))
          .containsExactlyElementsOf(whole.subList(first, whole.size()));
    }
    assertThat(inputs(MinibatchPlan.epoch(ORDER, 1, BATCH).slice(1, 2), layout))
        .containsExactly(whole.get(1));
  }

  @Test
  void augmentationOfAnExampleDoesNotDependOnWorkersOrBatch() {
    EpochOrder alone = EpochOrder.of(DATASET.manifest(), 11, 4, 1);
    List<float[]> expected = new ArrayList<>(naiveImages(0));
    expected.addAll(naiveImages(1));
    InputLayout layout = InputLayout.nchw(SHAPE, 1);

    assertThat(inputs(MinibatchPlan.epoch(alone, 0, 1), layout))
        .containsExactlyElementsOf(expected);
  }

  @Test
  void failureOfAReadReachesTheConsumer() {
    Dataset failing = failingAt(ORDER.segments(0).get(1).shard());
    MinibatchPlan plan = MinibatchPlan.epoch(ORDER, 0, BATCH);
    try (MinibatchReader reader =
        new MinibatchReader(failing, plan, TRANSFORM, InputLayout.nchw(SHAPE, BATCH))) {
      assertThatThrownBy(() -> reader.forEachRemaining(minibatch -> {}))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("is damaged");
      assertThatThrownBy(reader::next).hasMessageContaining("is damaged");
    }
  }

  @Test
  void closingInTheMiddleEndsItsThreads() {
    MinibatchReader reader =
        new MinibatchReader(
            DATASET, MinibatchPlan.epoch(ORDER, 0, 1), TRANSFORM, InputLayout.nchw(SHAPE, 1));
    reader.next();
    reader.close();

    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("minibatches-of") || name.startsWith("read-shard"));
    assertThatThrownBy(reader::next).hasMessageContaining("is closed");
  }

  @Test
  void hasNoMinibatchAfterTheLast() {
    MinibatchPlan none = MinibatchPlan.epoch(ORDER, 0, BATCH).slice(0, 0);
    try (MinibatchReader reader =
        new MinibatchReader(DATASET, none, TRANSFORM, InputLayout.nchw(SHAPE, BATCH))) {
      assertThat(reader.hasNext()).isFalse();
      assertThatThrownBy(reader::next)
          .isInstanceOf(NoSuchElementException.class)
          .hasMessage("No minibatch 0 in this plan");
    }
  }

  @Test
  void rejectsALayoutOfAnotherShape() {
    InputLayout other = InputLayout.nchw(new FeatureShape(1, 5, 6), BATCH);
    MinibatchPlan plan = MinibatchPlan.epoch(ORDER, 0, BATCH);

    assertThatThrownBy(() -> new MinibatchReader(DATASET, plan, TRANSFORM, other))
        .hasMessage("A network with input 1x5x6 cannot read images of shape 3x5x6");
  }

  private static Dataset failingAt(int shard) {
    return new Dataset() {
      @Override
      public DatasetManifest manifest() {
        return DATASET.manifest();
      }

      @Override
      public ImageBlock readShard(int wanted) {
        if (wanted == shard) {
          throw new BadInputException("Shard " + wanted + " is damaged");
        }
        return DATASET.readShard(wanted);
      }
    };
  }

  private static List<Integer> labels(MinibatchPlan plan) {
    List<Integer> labels = new ArrayList<>();
    try (MinibatchReader reader =
        new MinibatchReader(DATASET, plan, TRANSFORM, InputLayout.nchw(SHAPE, BATCH))) {
      reader.forEachRemaining(m -> Arrays.stream(m.labels(), 0, m.count()).forEach(labels::add));
    }
    return labels;
  }

  private static List<float[]> inputs(MinibatchPlan plan, InputLayout layout) {
    List<float[]> inputs = new ArrayList<>();
    try (MinibatchReader reader = new MinibatchReader(DATASET, plan, TRANSFORM, layout)) {
      reader.forEachRemaining(
          m -> inputs.add(Arrays.copyOf(m.input(), m.count() * layout.shape().size())));
    }
    return inputs;
  }

  private record Example(ImageBlock block, int index) {}

  private static List<Example> sequence(int worker) {
    List<Example> sequence = new ArrayList<>();
    for (EpochOrder.Segment segment : ORDER.segments(worker)) {
      int[] permuted = ORDER.exampleOrder(segment.shard());
      for (int place = segment.from(); place < segment.to(); place++) {
        sequence.add(new Example(DATASET.readShard(segment.shard()), permuted[place]));
      }
    }
    return sequence;
  }

  /** Frames, cuts, mirrors and normalises each image on its own, pixel by pixel. */
  private static List<float[]> naiveImages(int worker) {
    List<float[]> images = new ArrayList<>();
    int padding = TRANSFORM.augmentation().cropPadding();
    for (Example example : sequence(worker)) {
      long draw = Augmentation.draw(11, 4, example.block().ids()[example.index()]);
      int top = padding + TRANSFORM.augmentation().down(draw);
      int left = padding + TRANSFORM.augmentation().right(draw);
      float[] image = new float[SHAPE.size()];
      int at = 0;
      for (int c = 0; c < SHAPE.channels(); c++) {
        int[][] framed = new int[SHAPE.height() + 2 * padding][SHAPE.width() + 2 * padding];
        for (int y = 0; y < SHAPE.height(); y++) {
          for (int x = 0; x < SHAPE.width(); x++) {
            int source =
                ((example.index() * SHAPE.channels() + c) * SHAPE.height() + y) * SHAPE.width() + x;
            framed[y + padding][x + padding] = example.block().pixels()[source] & 0xFF;
          }
        }
        for (int y = 0; y < SHAPE.height(); y++) {
          for (int x = 0; x < SHAPE.width(); x++) {
            int column = TRANSFORM.augmentation().mirrored(draw) ? SHAPE.width() - 1 - x : x;
            image[at++] = (float) ((framed[y + top][column + left] - (120.0 + c)) / (60.0 + c));
          }
        }
      }
      images.add(image);
    }
    return images;
  }

  private static float[] image(float[] input, InputLayout layout, int n) {
    int[] places = places(layout, n);
    float[] image = new float[places.length];
    for (int i = 0; i < places.length; i++) {
      image[i] = input[places[i]];
    }
    return image;
  }

  /** The places of an image's values [channels, height, width], by the layout's definition. */
  private static int[] places(InputLayout layout, int n) {
    int[] places = new int[SHAPE.size()];
    int at = 0;
    for (int c = 0; c < SHAPE.channels(); c++) {
      for (int y = 0; y < SHAPE.height(); y++) {
        for (int x = 0; x < SHAPE.width(); x++) {
          places[at++] =
              layout.origin()
                  + n / layout.lanes() * layout.blockStride()
                  + n % layout.lanes()
                  + c * layout.channelStride()
                  + y * layout.rowStride()
                  + x * layout.pixelStride();
        }
      }
    }
    return places;
  }
}
