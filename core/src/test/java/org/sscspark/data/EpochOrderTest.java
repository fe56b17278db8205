package org.sscspark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.sscspark.network.FeatureShape;

class EpochOrderTest {
  private static final FeatureShape PIXEL = new FeatureShape(1, 1, 1);

  @Property(tries = 200)
  void everyExampleIsUsedExactlyOnce(
      @ForAll @Size(min = 1, max = 7) List<@IntRange(min = 1, max = 40) Integer> sizes,
      @ForAll @IntRange(min = 1, max = 50) int workers,
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 1000) int epoch) {
    EpochOrder order = EpochOrder.of(manifest(sizes), seed, epoch, workers);

    List<String> used = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      used.addAll(examples(order, worker));
    }

    List<String> all = new ArrayList<>();
    for (int shard = 0; shard < sizes.size(); shard++) {
      for (int example = 0; example < sizes.get(shard); example++) {
        all.add(shard + "/" + example);
      }
    }
    assertThat(used).containsExactlyInAnyOrderElementsOf(all);
  }

  @Property(tries = 100)
  void workersDifferByOneExampleAtMostAndSegmentsHoldTheirCount(
      @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 40) Integer> sizes,
      @ForAll @IntRange(min = 1, max = 30) int workers) {
    EpochOrder order = EpochOrder.of(manifest(sizes), 1, 2, workers);
    int[] counts = IntStream.range(0, workers).map(order::examples).toArray();

    assertThat(IntStream.of(counts).max().orElseThrow() - IntStream.of(counts).min().orElseThrow())
        .isLessThanOrEqualTo(1);
    for (int worker = 0; worker < workers; worker++) {
      assertThat(examples(order, worker)).hasSize(counts[worker]);
    }
  }

  @Test
  void sequenceDoesNotDependOnTheNumberOfWorkers() {
    DatasetManifest manifest = manifest(List.of(10, 7, 13));
    List<String> alone = examples(EpochOrder.of(manifest, 5, 3, 1), 0);

    List<String> shared = new ArrayList<>();
    for (int worker = 0; worker < 4; worker++) {
      shared.addAll(examples(EpochOrder.of(manifest, 5, 3, 4), worker));
    }

    assertThat(shared).isEqualTo(alone);
  }

  @Test
  void epochsAndSeedsHaveDifferentOrders() {
    DatasetManifest manifest = manifest(List.of(30, 30));
    List<String> first = examples(EpochOrder.of(manifest, 5, 0, 1), 0);

    assertThat(examples(EpochOrder.of(manifest, 5, 0, 1), 0)).isEqualTo(first);
    assertThat(examples(EpochOrder.of(manifest, 5, 1, 1), 0)).isNotEqualTo(first);
    assertThat(examples(EpochOrder.of(manifest, 6, 0, 1), 0)).isNotEqualTo(first);
  }

  @Test
  void storedOrderIsTheFilesOrder() {
    assertThat(examples(EpochOrder.stored(manifest(List.of(2, 3)), 1), 0))
        .containsExactly("0/0", "0/1", "1/0", "1/1", "1/2");
  }

  @Test
  void countsBatchesIncludingAPartialOne() {
    EpochOrder order = EpochOrder.of(manifest(List.of(21)), 1, 1, 2);

    assertThat(order.batches(0, 4)).isEqualTo(3);
    assertThat(order.batches(1, 4)).isEqualTo(3);
    assertThat(order.batches(1, 11)).isEqualTo(1);
  }

  @Test
  void rejectsAWorkerThatIsNotThere() {
    EpochOrder order = EpochOrder.stored(manifest(List.of(3)), 2);

    assertThatThrownBy(() -> order.segments(2)).hasMessage("No worker 2 of 2");
  }

  private static List<String> examples(EpochOrder order, int worker) {
    List<String> examples = new ArrayList<>();
    for (EpochOrder.Segment segment : order.segments(worker)) {
      int[] permuted = order.exampleOrder(segment.shard());
      for (int place = segment.from(); place < segment.to(); place++) {
        examples.add(segment.shard() + "/" + permuted[place]);
      }
    }
    return examples;
  }

  private static DatasetManifest manifest(List<Integer> sizes) {
    int[] shards = sizes.stream().mapToInt(Integer::intValue).toArray();
    return ImageBlocks.manifest(PIXEL, List.of((long) IntStream.of(shards).sum()), shards);
  }
}
