package org.sscspark.data;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.sscspark.data.augmentation.RegionChoice;
import org.sscspark.network.FeatureShape;
import org.sscspark.random.Purpose;

/**
 * Parts of images whose files are decoded for each epoch, by all cores: which part depends on the
 * epoch, and photographs of any size would not fit into memory as pixels.
 */
final class DecodedParts implements MinibatchSource {
  private final MinibatchPlan plan;
  private final RegionChoice choice;
  private final BatchAssembler assembler;
  private final FeatureShape shape;
  private final String name;
  private final ShardSequence<EncodedBlock> sequence;

  DecodedParts(Dataset dataset, MinibatchPlan plan, RegionChoice choice, BatchAssembler assembler) {
    this.plan = plan;
    this.choice = choice;
    this.assembler = assembler;
    this.shape = dataset.manifest().shape();
    this.name = dataset.manifest().name();
    this.sequence = new ShardSequence<>(dataset::readFiles, plan);
  }

  @Override
  public int next(float[] input, int[] labels) {
    int count = Math.min(plan.batch(), sequence.remaining());
    long[] draws = new long[count];
    List<Future<DecodedImage>> images = new ArrayList<>(count);
    for (int n = 0; n < count; n++) {
      sequence.advance();
      labels[n] = sequence.label();
      long id = sequence.id();
      long draw = Augmentation.draw(plan.order().seed(), plan.order().epoch(), id);
      draws[n] = draw;
      byte[] file = sequence.block().files().get(sequence.example());
      images.add(
          DecoderThreads.submit(
              shape,
              decoder ->
                  decoder.decodePart(
                      file,
                      "Example %s of data set %s".formatted(id, name),
                      (height, width) ->
                          choice.region(
                              height,
                              width,
                              new ChangeStreams(Purpose.AUGMENTATION, List.of(choice))
                                  .at(0, draw)))));
    }
    for (int n = 0; n < count; n++) {
      assembler.placePart(n, await(images.get(n)).pixels(), draws[n]);
    }
    assembler.write(input, count);
    return count;
  }

  private static DecodedImage await(Future<DecodedImage> image) {
    try {
      return image.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while images were decoded", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("An image could not be decoded", e.getCause());
    }
  }

  @Override
  public void close() {
    sequence.close();
  }
}
