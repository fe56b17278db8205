package org.sscspark.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sscspark.data.augmentation.ColorJitter;
import org.sscspark.data.augmentation.Cutmix;
import org.sscspark.data.augmentation.Cutout;
import org.sscspark.data.augmentation.ImageChange;
import org.sscspark.data.augmentation.Mixup;
import org.sscspark.data.augmentation.RandomResizedCrop;
import org.sscspark.data.augmentation.Region;
import org.sscspark.data.raw.PlainPng;
import org.sscspark.engine.InputLayout;
import org.sscspark.engine.Targets;
import org.sscspark.network.FeatureShape;

/**
 * Pixels, their order and what is drawn for them are those that they were when the checksums were
 * written. A run that resumes in another program would train on others without a word, so whoever
 * changes them gives the change a number that runs record, as {@link ImageDecoder#VERSION} is one,
 * by which older runs are refused.
 */
class PinnedPixelsTest {
  private static final FeatureShape SHAPE = new FeatureShape(3, 10, 14);
  private static final Dataset DATA = ImageBlocks.random(SHAPE, 5, 23, 17, 4);
  private static final Normalization IDENTITY =
      new Normalization(Collections.nCopies(3, 0.0), Collections.nCopies(3, 1.0));

  private final CRC32 checksum = new CRC32();

  /** To a thousandth, so that libraries of mathematics may differ in last bits. */
  private void add(float[] values) {
    for (float value : values) {
      add(Math.round(1000 * value));
    }
  }

  private void add(int value) {
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      checksum.update(value >>> shift);
    }
  }

  private void assertPinned(String expected) {
    assertThat(Long.toHexString(checksum.getValue())).isEqualTo(expected);
  }

  static Stream<Arguments> augmentations() {
    return Stream.of(
        Arguments.of(Augmentation.none(), "403fba16"),
        Arguments.of(Augmentation.cropAndFlip(2), "20bf44a6"),
        Arguments.of(changes(new RandomResizedCrop()), "286f9ec"),
        Arguments.of(changes(new ColorJitter(0.4, 0.4, 0.4), new Cutout(3)), "d96d630"),
        Arguments.of(changes(new Mixup(0.4, 0.7)), "59cf6deb"),
        Arguments.of(changes(new Cutmix(1, 0.7)), "270a51d2"));
  }

  private static Augmentation changes(ImageChange... changes) {
    return new Augmentation(0, Augmentation.Flip.NONE, List.of(changes));
  }

  @ParameterizedTest
  @MethodSource("augmentations")
  void ofAnEpoch(Augmentation augmentation, String expected) {
    EpochOrder order = EpochOrder.of(DATA.manifest(), 11, 4, 2);
    for (int worker = 0; worker < 2; worker++) {
      try (MinibatchReader reader =
          new MinibatchReader(
              DATA,
              MinibatchPlan.epoch(order, worker, 6),
              new ImageTransform(augmentation, IDENTITY),
              InputLayout.nchw(SHAPE, 6))) {
        while (reader.hasNext()) {
          Minibatch minibatch = reader.next();
          add(minibatch.input());
          if (minibatch.targets() instanceof Targets.Soft soft) {
            add(soft.probabilities());
          }
        }
      }
    }
    assertPinned(expected);
  }

  @Test
  void ofExamplesThatScoreWeights() {
    ImageTransform plain = new ImageTransform(Augmentation.cropAndFlip(1), IDENTITY);
    add(ExampleSample.of(DATA, 3, 17).images(2, 17, plain, 5).pixels());
    add(ExampleSample.balanced(DATA, 3, 2).images(0, 10, plain, 5).pixels());
    assertPinned("92e9f3c4");
  }

  /** What is lossless; how JPEG's bands become colors is held against libjpeg elsewhere. */
  @Test
  void ofFiles() {
    byte[] file = PlainPng.noise(41, 29, 7);
    for (byte pixel : ImageDecoder.resizedTo(SHAPE).decode(file, "").pixels()) {
      add(pixel);
    }
    for (byte pixel :
        ImageDecoder.resizedTo(SHAPE)
            .decodePart(file, "", (height, width) -> new Region(2, 3, 17, 31))
            .pixels()) {
      add(pixel);
    }
    assertThat(ImageDecoder.VERSION).as("of these pixels").isEqualTo(2);
    assertPinned("b819be74");
  }
}
