package org.sscspark.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sscspark.network.FeatureShape;

class BufferTurnsTest {
  private static final FeatureShape SHAPE = new FeatureShape(2, 4, 4);
  private static final FeatureShape LARGER = new FeatureShape(2, 5, 5);

  private final BufferTurns buffers =
      new BufferTurns(
          Map.of(
              "a",
              SHAPE,
              "b",
              SHAPE,
              "c",
              SHAPE,
              "larger",
              LARGER,
              "bordered",
              SHAPE,
              "halved",
              SHAPE),
          Map.of("a", 1, "b", 1, "c", 1, "larger", 1, "bordered", 2, "halved", 1),
          Set.of("halved"));

  @Test
  void onlyTheFirstClaimantWritesTheOthersAdd() {
    assertThat(buffers.claim("a")).isFalse();
    assertThat(buffers.claim("a")).isTrue();
  }

  @Test
  void givesAReleasedBufferToOneValueOfItsKind() {
    buffers.claim("a");
    buffers.release("a");
    buffers.claim("larger");
    buffers.claim("bordered");
    buffers.claim("halved");
    buffers.claim("b");
    buffers.claim("c");

    assertThat(buffers.of("b")).isEqualTo(buffers.of("a"));
    assertThat(buffers.of("larger")).isNotEqualTo(buffers.of("a"));
    assertThat(buffers.of("bordered")).isNotEqualTo(buffers.of("a"));
    assertThat(buffers.of("halved")).isNotEqualTo(buffers.of("a"));
    assertThat(buffers.of("c")).isNotEqualTo(buffers.of("a"));
  }

  @Test
  void keepsABufferThatMovedToAnotherValue() {
    buffers.claim("a");

    assertThat(buffers.claimFrom("a", "b")).isFalse();
    buffers.release("a");
    buffers.claim("c");

    assertThat(buffers.of("b")).isEqualTo(buffers.of("a"));
    assertThat(buffers.of("c")).isNotEqualTo(buffers.of("b"));
  }

  @Test
  void aBufferMovesOnlyToAValueOfItsKind() {
    buffers.claim("a");

    assertThat(buffers.claimFrom("a", "halved")).isFalse();
    assertThat(buffers.claimFrom("a", "halved")).isTrue();
    buffers.release("a");
    buffers.claim("c");

    assertThat(buffers.of("halved")).isNotEqualTo(buffers.of("a"));
    assertThat(buffers.of("c")).isEqualTo(buffers.of("a"));
  }

  @Test
  void whatNobodyClaimedHasNone() {
    assertThat(buffers.of("a")).isEqualTo(PlannedValue.NO_BUFFER);
  }
}
