package org.sscspark.data;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.sscspark.engine.ImageCrop;
import org.sscspark.engine.ResidentImages;

/**
 * A data set whose images a replica keeps: minibatches say which, and how each is cropped and
 * mirrored, by the same draws as those of {@link MinibatchReader}.
 */
public final class ResidentDataset implements TrainingSet {
  private final ResidentImages images;
  private final Augmentation augmentation;

  /** [shard][example] ids. */
  private final long[][] ids;

  /** The place of each shard's first image. */
  private final int[] firsts;

  /**
   * Brings all images to the replica, which has room for them.
   *
   * @throws org.sscspark.config.BadInputException if a shard cannot be read
   * @throws IllegalArgumentException if the replica's images have another shape
   */
  public ResidentDataset(Dataset dataset, Augmentation augmentation, ResidentImages images) {
    MinibatchReader.checkShape(images.shape(), dataset);
    if (!augmentation.changes().isEmpty()) {
      throw new IllegalArgumentException("Replicas crop and mirror the images they keep, no more");
    }
    this.images = images;
    this.augmentation = augmentation;
    int shards = dataset.manifest().shards().size();
    this.ids = new long[shards][];
    this.firsts = new int[shards];
    int next = 0;
    for (int shard = 0; shard < shards; shard++) {
      ImageBlock block = dataset.readShard(shard);
      images.keep(next, block.pixels(), block.labels());
      ids[shard] = block.ids();
      firsts[shard] = next;
      next += block.examples();
    }
  }

  @Override
  public TrainingBatches<CropBatch> open(MinibatchPlan plan) {
    List<ImageCrop> crops = crops(plan);
    Iterator<Integer> starts =
        IntStream.iterate(0, i -> i < crops.size(), i -> i + plan.batch()).iterator();
    return new TrainingBatches<>() {
      @Override
      public boolean hasNext() {
        return starts.hasNext();
      }

      @Override
      public CropBatch next() {
        int start = starts.next();
        return new CropBatch(
            images, crops.subList(start, Math.min(start + plan.batch(), crops.size())));
      }

      @Override
      public void close() {
        // Holds nothing.
      }
    };
  }

  /** The examples of a plan, in order. */
  private List<ImageCrop> crops(MinibatchPlan plan) {
    EpochOrder order = plan.order();
    long begin = (long) plan.firstBatch() * plan.batch();
    long end = Math.min((long) plan.endBatch() * plan.batch(), order.examples(plan.worker()));
    List<ImageCrop> crops = new ArrayList<>();
    long before = 0;
    for (EpochOrder.Segment segment : order.segments(plan.worker())) {
      int length = segment.to() - segment.from();
      int from = (int) Math.max(0, begin - before);
      int to = (int) Math.min(length, end - before);
      if (from < to) {
        int[] examples = order.exampleOrder(segment.shard());
        for (int i = segment.from() + from; i < segment.from() + to; i++) {
          crops.add(crop(order, segment.shard(), examples[i]));
        }
      }
      before += length;
    }
    return crops;
  }

  private ImageCrop crop(EpochOrder order, int shard, int example) {
    return augmentation.crop(
        firsts[shard] + example,
        Augmentation.draw(order.seed(), order.epoch(), ids[shard][example]));
  }
}
