package org.sscspark.spark.predict;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;
import org.sscspark.data.Augmentation;
import org.sscspark.data.BatchAssembler;
import org.sscspark.data.ImageBlock;
import org.sscspark.data.ImageDecoder;
import org.sscspark.data.ImageTransform;
import org.sscspark.data.raw.RawRecord;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.InferenceReplica;
import org.sscspark.engine.choice.Engines;
import org.sscspark.network.FeatureShape;
import org.sscspark.spark.gpu.DeviceBinding;

/**
 * Answers for images, a minibatch at a time. Files are decoded, scaled until they just cover the
 * network's input, and cut, as sharding with {@code --resize} does it. The answer for an image does
 * not depend on the others. For one thread.
 */
final class Predictor implements AutoCloseable {
  static final int BATCH = 128;
  private static final long[] NO_ID = {0};
  private static final int[] NO_LABEL = {0};

  private final FeatureShape shape;
  private final Optional<ImageDecoder> decoder;
  private final InferenceReplica replica;
  private final BatchAssembler assembler;
  private final float[] input;
  private final float[] logits;

  Predictor(PredictorPlan plan, float[] parameters) {
    shape = plan.network().input();
    decoder =
        plan.pixels()
            ? Optional.empty()
            : Optional.of(ImageDecoder.resizedTo(shape).withLimits(plan.limits()));
    replica =
        Engines.create(plan.engine(), plan.threads(), DeviceBinding.ofTask().gpu())
            .inferenceReplica(plan.network(), BATCH);
    System.arraycopy(parameters, 0, replica.parameters(), 0, parameters.length);
    assembler =
        new BatchAssembler(
            new ImageTransform(Augmentation.none(), plan.normalization()), replica.inputLayout());
    input = replica.newInput();
    logits = new float[BATCH * plan.network().classes()];
  }

  /**
   * Answers for all items, in their order; reads a minibatch of them ahead.
   *
   * @param image the image of an item; the problem it may have becomes the answer's
   */
  <T> Iterator<Answered<T>> answers(Iterator<T> items, Function<T, RawRecord> image) {
    return new Answers<>(items, image);
  }

  @Override
  public void close() {
    replica.close();
  }

  private final class Answers<T> implements Iterator<Answered<T>> {
    private final Iterator<T> items;
    private final Function<T, RawRecord> image;
    private final Deque<Answered<T>> ready = new ArrayDeque<>(BATCH);

    Answers(Iterator<T> items, Function<T, RawRecord> image) {
      this.items = items;
      this.image = image;
    }

    @Override
    public boolean hasNext() {
      if (ready.isEmpty()) {
        fill();
      }
      return !ready.isEmpty();
    }

    @Override
    public Answered<T> next() {
      if (!hasNext()) {
        throw new NoSuchElementException("No image is left");
      }
      return ready.remove();
    }

    private void fill() {
      Deque<Answered<T>> taken = new ArrayDeque<>(BATCH);
      int count = 0;
      while (taken.size() < BATCH && items.hasNext()) {
        T item = items.next();
        String problem = place(count, image.apply(item));
        taken.add(new Answered<>(item, Prediction.unusable(problem)));
        count += problem.isEmpty() ? 1 : 0;
      }
      if (count > 0) {
        assembler.write(input, count);
        replica.forward(input, count, BatchNormMode.RUNNING, logits);
      }
      int classes = replica.network().classes();
      int next = 0;
      for (Answered<T> one : taken) {
        if (one.answer().isAnswer()) {
          int row = classes * next++;
          float[] own = Arrays.copyOfRange(logits, row, row + classes);
          ready.add(new Answered<>(one.item(), Prediction.of(own)));
        } else {
          ready.add(one);
        }
      }
    }
  }

  /** Puts an image into the minibatch, or returns why it cannot be used. */
  private String place(int n, RawRecord record) {
    if (!record.problem().isEmpty()) {
      return "cannot be used (" + record.problem() + ")";
    }
    byte[] pixels = record.image();
    if (decoder.isPresent()) {
      try {
        pixels = decoder.get().decode(record.image()).pixels();
      } catch (IOException | RuntimeException e) {
        // ImageIO's readers throw all kinds of runtime exceptions on corrupt files.
        return "cannot be decoded (" + ImageDecoder.reason(e) + ")";
      }
    }
    assembler.place(n, new ImageBlock(shape, pixels, NO_ID, NO_LABEL), 0, 0);
    return "";
  }
}
