package org.sscspark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.config.BadInputException;
import org.sscspark.config.CanonicalJson;
import org.sscspark.config.Settings;
import org.sscspark.data.augmentation.Blend;
import org.sscspark.data.augmentation.ColorJitter;
import org.sscspark.data.augmentation.Cutmix;
import org.sscspark.data.augmentation.Cutout;
import org.sscspark.data.augmentation.ImageChange;
import org.sscspark.data.augmentation.Mixup;
import org.sscspark.data.augmentation.RandomResizedCrop;
import org.sscspark.data.augmentation.Region;
import org.sscspark.data.augmentation.RegionChoice;
import org.sscspark.engine.InputLayout;
import org.sscspark.engine.Targets;
import org.sscspark.example.Solarize;
import org.sscspark.network.FeatureShape;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

class ImageChangeTest {
  private static final FeatureShape SHAPE = new FeatureShape(3, 10, 14);
  private static final int CLASSES = 5;
  private static final Dataset DATA = ImageBlocks.random(SHAPE, CLASSES, 23, 17);
  private static final ColorJitter NO_JITTER = new ColorJitter(0, 0, 0);

  private static Augmentation only(ImageChange... changes) {
    return new Augmentation(0, Augmentation.Flip.NONE, List.of(changes));
  }

  /** Pixels as they are, so that they can be told from each other. */
  private static float[] images(Augmentation augmentation, Dataset dataset) {
    int examples = (int) dataset.manifest().examples();
    return ExampleSample.of(dataset, 3, examples)
        .images(0, examples, new ImageTransform(augmentation, identity(dataset)), 5)
        .pixels();
  }

  private static Normalization identity(Dataset dataset) {
    int channels = dataset.manifest().shape().channels();
    return new Normalization(
        Collections.nCopies(channels, 77.0), Collections.nCopies(channels, 1.0));
  }

  /** Staging bytes changes nothing by itself: crops and flips have the bits they had without. */
  @Test
  void stagedCropsAndFlipsAreThoseOfTheDirectWay() {
    for (Augmentation.Flip flip : Augmentation.Flip.values()) {
      for (int padding : new int[] {0, 2, 12}) {
        assertThat(images(new Augmentation(padding, flip, List.of(NO_JITTER)), DATA))
            .isEqualTo(images(new Augmentation(padding, flip), DATA));
      }
    }
  }

  @Test
  void addingAChangeChangesNoOthersDraws() {
    ImageChange cutout = new Cutout(4);
    assertThat(images(only(NO_JITTER, new Solarize(256), cutout), DATA))
        .isEqualTo(images(only(cutout), DATA));
    ImageChange crop = new RandomResizedCrop();
    assertThat(images(only(NO_JITTER, crop), DATA)).isEqualTo(images(only(crop), DATA));
    // Two of a kind draw differently.
    assertThat(images(only(cutout, cutout), DATA)).isNotEqualTo(images(only(cutout), DATA));
    Targets.Soft mixed = (Targets.Soft) first(only(new Mixup(1, 1)), 1).targets();
    Targets.Soft more =
        (Targets.Soft) first(only(new Cutmix(1, 0), cutout, new Mixup(1, 1)), 1).targets();
    assertThat(more.probabilities()).isEqualTo(mixed.probabilities());
  }

  @Test
  void cutoutMakesARectangleNeutralAndNothingElse() {
    float[] plain = images(Augmentation.none(), DATA);
    int size = 5;
    float[] cut = images(only(new Cutout(size)), DATA);
    boolean[][] reached = new boolean[SHAPE.height()][SHAPE.width()];
    boolean[] whole = {false};
    for (int n = 0; n < cut.length / SHAPE.size(); n++) {
      int top = SHAPE.height();
      int left = SHAPE.width();
      int bottom = -1;
      int right = -1;
      for (int y = 0; y < SHAPE.height(); y++) {
        for (int x = 0; x < SHAPE.width(); x++) {
          if (isNeutral(cut, n, y, x)) {
            top = Math.min(top, y);
            left = Math.min(left, x);
            bottom = Math.max(bottom, y);
            right = Math.max(right, x);
            reached[y][x] = true;
          } else {
            for (int c = 0; c < 3; c++) {
              assertThat(cut[index(n, c, y, x)]).isEqualTo(plain[index(n, c, y, x)]);
            }
          }
        }
      }
      assertThat(bottom - top + 1).isBetween(1, size);
      assertThat(right - left + 1).isBetween(1, size);
      for (int y = top; y <= bottom; y++) {
        for (int x = left; x <= right; x++) {
          assertThat(isNeutral(cut, n, y, x)).isTrue();
        }
      }
      whole[0] |= bottom - top + 1 == size && right - left + 1 == size;
    }
    assertThat(whole[0]).as("some square lies inside").isTrue();
    assertThat(Arrays.stream(reached).mapToInt(ImageChangeTest::count).sum())
        .as("places reached by 40 squares")
        .isGreaterThan(120);
  }

  private static int count(boolean[] row) {
    int count = 0;
    for (boolean one : row) {
      count += one ? 1 : 0;
    }
    return count;
  }

  private static boolean isNeutral(float[] images, int n, int y, int x) {
    return images[index(n, 0, y, x)] == 0
        && images[index(n, 1, y, x)] == 0
        && images[index(n, 2, y, x)] == 0;
  }

  private static int index(int n, int c, int y, int x) {
    return ((n * 3 + c) * SHAPE.height() + y) * SHAPE.width() + x;
  }

  @Test
  void randomResizedCropsAreInsideAndOfTheAreasAndRatiosAskedFor() {
    RandomResizedCrop crop = new RandomResizedCrop(List.of(0.2, 0.6), List.of(0.5, 1.5));
    RandomStream random = RandomStream.of(1, Purpose.AUGMENTATION, 9);
    int height = 400;
    int width = 500;
    double areas = 0;
    double logRatios = 0;
    int tries = 4000;
    for (int i = 0; i < tries; i++) {
      Region region = crop.region(height, width, random);
      assertThat(region.top() + region.height()).isLessThanOrEqualTo(height);
      assertThat(region.left() + region.width()).isLessThanOrEqualTo(width);
      double area = (double) region.pixels() / (height * width);
      double ratio = (double) region.width() / region.height();
      assertThat(area).isBetween(0.197, 0.604);
      assertThat(ratio).isBetween(0.49, 1.52);
      areas += area / tries;
      logRatios += Math.log(ratio) / tries;
    }
    // Some large, flat or high parts do not fit and are drawn again, so means are a little lower.
    assertThat(areas).isBetween(0.36, 0.41);
    assertThat(logRatios).isCloseTo((Math.log(0.5) + Math.log(1.5)) / 2, within(0.08));
    assertThat(new RandomResizedCrop().region(10, 4000, random))
        .isEqualTo(new Region(0, 1993, 10, 13));
    assertThat(new RandomResizedCrop().region(4000, 12, random))
        .isEqualTo(new Region(1992, 0, 16, 12));
  }

  /** Bilinear scaling reproduces a plane, but for rounding and the border's half pixel. */
  @Test
  void partsAreScaledBetweenCentresOfPixels() {
    FeatureShape shape = new FeatureShape(1, 12, 16);
    byte[] pixels = new byte[shape.size()];
    for (int y = 0; y < 12; y++) {
      for (int x = 0; x < 16; x++) {
        pixels[y * 16 + x] = (byte) (7 * y + 9 * x + 11);
      }
    }
    Dataset one =
        Dataset.inMemory(
            ImageBlocks.manifest(shape, List.of(1L), 1),
            List.of(new ImageBlock(shape, pixels, new long[] {4}, new int[] {0})));
    Region part = new Region(3, 5, 6, 8);
    float[] scaled = images(only(new Fixed(part)), one);
    for (int y = 0; y < 12; y++) {
      for (int x = 0; x < 16; x++) {
        double v = Math.max(0, Math.min(5, (y + 0.5) / 2 - 0.5)) + 3;
        double u = Math.max(0, Math.min(7, (x + 0.5) / 2 - 0.5)) + 5;
        assertThat((double) scaled[y * 16 + x] + 77).isCloseTo(7 * v + 9 * u + 11, within(0.5001));
      }
    }
    assertThat(images(only(new Fixed(new Region(0, 0, 12, 16))), one))
        .isEqualTo(images(Augmentation.none(), one));
  }

  private record Fixed(Region part) implements RegionChoice {
    private static final long serialVersionUID = 1L;

    @Override
    public String type() {
      return "fixed";
    }

    @Override
    public Region region(int height, int width, RandomStream random) {
      return part;
    }
  }

  @Test
  void colorJitterMultipliesLight() {
    float[] plain = images(Augmentation.none(), DATA);
    float[] jittered = images(only(new ColorJitter(0.5, 0, 0)), DATA);
    for (int n = 0; n < plain.length / SHAPE.size(); n++) {
      double factor = Double.NaN;
      for (int i = n * SHAPE.size(); i < (n + 1) * SHAPE.size(); i++) {
        double before = plain[i] + 77;
        double after = jittered[i] + 77;
        if (before > 100 && after < 255) {
          factor = Double.isNaN(factor) ? after / before : factor;
          assertThat(after / before).isCloseTo(factor, within(0.011));
        }
      }
      assertThat(factor).isBetween(0.49, 1.51);
    }
    double sum = 0;
    float[] grey = images(only(new ColorJitter(0, 0, 1)), DATA);
    for (int i = 0; i < plain.length; i++) {
      sum += Math.abs(grey[i] - plain[i]);
    }
    assertThat(sum).isPositive();
  }

  /** Images that say their class by channel: what is mixed says its target. */
  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void targetsAreTheSharesOfWhatImagesShow(int lanes) {
    for (Augmentation augmentation :
        List.of(
            only(new Mixup(0.7, 1)),
            only(new Cutmix(1, 1)),
            only(new Mixup(2, 1), new Cutmix(1, 1)))) {
      Minibatch mixed = first(augmentation, lanes);
      Targets.Soft targets = (Targets.Soft) mixed.targets();
      InputLayout layout = layout(lanes);
      double softness = 0;
      for (int n = 0; n < mixed.count(); n++) {
        double largest = 0;
        for (int k = 0; k < CLASSES; k++) {
          double shown = 0;
          for (int y = 0; y < 6; y++) {
            for (int x = 0; x < 9; x++) {
              shown +=
                  mixed
                      .input()[
                      layout.plane(n, k) + y * layout.rowStride() + x * layout.pixelStride()];
            }
          }
          float target = targets.probabilities()[n * CLASSES + k];
          assertThat(target).isCloseTo((float) (shown / 54), within(2e-6f));
          largest = Math.max(largest, target);
          softness += target * (1 - target);
        }
        assertThat(targets.probabilities()[n * CLASSES + mixed.labels()[n]])
            .isEqualTo((float) largest);
      }
      assertThat(softness).isPositive();
    }
  }

  private static final Dataset ONE_HOT = oneHot();

  private static Dataset oneHot() {
    FeatureShape shape = new FeatureShape(CLASSES, 6, 9);
    byte[] pixels = new byte[20 * shape.size()];
    long[] ids = new long[20];
    int[] labels = new int[20];
    Long[] counts = new Long[CLASSES];
    Arrays.fill(counts, 4L);
    for (int n = 0; n < 20; n++) {
      ids[n] = n;
      labels[n] = n % CLASSES;
      int plane = (n * CLASSES + labels[n]) * 54;
      Arrays.fill(pixels, plane, plane + 54, (byte) 1);
    }
    return Dataset.inMemory(
        ImageBlocks.manifest(shape, List.of(counts), 20),
        List.of(new ImageBlock(shape, pixels, ids, labels)));
  }

  private static InputLayout layout(int lanes) {
    FeatureShape shape = ONE_HOT.manifest().shape();
    int block = lanes * shape.size();
    return lanes == 1
        ? InputLayout.nchw(shape, 7)
        : new InputLayout(shape, 7, lanes, 0, block, lanes * 54, lanes * 9, lanes, 2 * block);
  }

  /** The second minibatch of a worker, of seven images. */
  private static Minibatch first(Augmentation augmentation, int lanes) {
    Normalization none =
        new Normalization(Collections.nCopies(CLASSES, 0.0), Collections.nCopies(CLASSES, 1.0));
    EpochOrder order = EpochOrder.of(ONE_HOT.manifest(), 2, 1, 1);
    try (MinibatchReader reader =
        new MinibatchReader(
            ONE_HOT,
            new MinibatchPlan(order, 0, 7, 1, 2),
            new ImageTransform(augmentation, none),
            layout(lanes))) {
      return reader.next();
    }
  }

  @Test
  void mixingDependsOnTheMinibatchAndNotOnTheLayout() {
    Augmentation augmentation = only(new Mixup(1, 1), new Cutmix());
    Targets.Soft plain = (Targets.Soft) first(augmentation, 1).targets();
    Targets.Soft lanes = (Targets.Soft) first(augmentation, 4).targets();
    assertThat(lanes.probabilities()).isEqualTo(plain.probabilities());
    assertThat(first(Augmentation.none(), 1).targets()).isInstanceOf(Targets.Hard.class);
  }

  /** Moments of Beta(a, a): mean 1/2, variance 1 / (4 (2 a + 1)). */
  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.2, 1, 3})
  void sharesOfMixupHaveTheMomentsOfTheBetaDistribution(double alpha) {
    RandomStream random = RandomStream.of(4, Purpose.MIXING);
    double[] sums = new double[3];
    Mixup mixup = new Mixup(alpha, 1);
    for (int i = 0; i < 20_000; i++) {
      mixup.change(
          new Blend() {
            @Override
            public FeatureShape shape() {
              return SHAPE;
            }

            @Override
            public void with(Region region, double own) {
              assertThat(region.pixels()).isEqualTo(140);
              sums[0]++;
              sums[1] += own;
              sums[2] += own * own;
            }
          },
          random);
    }
    double mean = sums[1] / sums[0];
    assertThat(mean).isCloseTo(0.5, within(0.015));
    assertThat(sums[2] / sums[0] - mean * mean).isCloseTo(1 / (4 * (2 * alpha + 1)), within(0.01));
  }

  // ---- settings ---------------------------------------------------------------------------------

  private record Section(Augmentation augmentation) {}

  private static Augmentation bound(String changes) {
    Settings settings =
        Settings.load(Optional.empty(), List.of("train.augmentation.changes=" + changes));
    return settings.bind("train.augmentation", Augmentation.class);
  }

  @Test
  void settingsNameChangesAndLeaveOutWhatIsUsual() {
    Augmentation augmentation =
        bound("[{type=cutout, size=8}, {type=mixup}, {type=solarize, threshold=9}]");
    assertThat(augmentation.changes())
        .containsExactly(new Cutout(8), new Mixup(0.2, 1), new Solarize(9));
    String json = CanonicalJson.of(new Section(augmentation));
    assertThat(json).contains("{\"size\":8,\"type\":\"cutout\"}");
    assertThat(Settings.of(new Section(augmentation), List.of()).bind(Section.class).augmentation())
        .isEqualTo(augmentation);
    assertThat(bound("[]").changes()).isEmpty();
  }

  @Test
  void whatCannotBeIsRefused() {
    assertRefused("[{type=cutot}]", "changes[0].type = \"cutot\"", "must be one of", "cutout");
    assertRefused("[{size=3}]", "must be a section with a type");
    assertRefused("[cutout]", "must be a section");
    assertRefused("[{type=cutout, sise=3}]", "changes[0].sise", "size");
    assertRefused("[{type=cutout, size=0}]", "size is 0: it must be positive");
    assertRefused("[{type=mixup, alpha=0}]", "alpha is 0");
    assertRefused("[{type=cutmix, alpha=1e-308}]", "alpha is 1.0E-308: it must be at least 1.0E-6");
    assertRefused("[{type=random-resized-crop, area=[0.5]}]", "area is [0.5]");
    assertRefused(
        "[{type=random-resized-crop}, {type=random-resized-crop}]", "changes has more than one");
  }

  private static void assertRefused(String changes, String... words) {
    assertThatThrownBy(() -> bound(changes))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll(words);
  }
}
