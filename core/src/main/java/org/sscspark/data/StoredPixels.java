package org.sscspark.data;

/** Images as shards hold them, decoded and cached. */
final class StoredPixels implements MinibatchSource {
  private final MinibatchPlan plan;
  private final ShardSequence<ImageBlock> sequence;
  private final BatchAssembler assembler;

  StoredPixels(Dataset dataset, MinibatchPlan plan, BatchAssembler assembler) {
    this.plan = plan;
    this.sequence = new ShardSequence<>(dataset::readShard, plan);
    this.assembler = assembler;
  }

  @Override
  public int next(float[] input, int[] labels) {
    int count = Math.min(plan.batch(), sequence.remaining());
    for (int n = 0; n < count; n++) {
      sequence.advance();
      labels[n] = sequence.label();
      assembler.place(
          n,
          sequence.block(),
          sequence.example(),
          Augmentation.draw(plan.order().seed(), plan.order().epoch(), sequence.id()));
    }
    assembler.write(input, count);
    return count;
  }

  @Override
  public void close() {
    sequence.close();
  }
}
