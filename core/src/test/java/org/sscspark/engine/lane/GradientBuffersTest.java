package org.sscspark.engine.lane;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.sscspark.network.FeatureShape;

class GradientBuffersTest {
  private final GradientBuffers buffers = new GradientBuffers();

  @Test
  void onlyTheFirstClaimantWritesTheOthersAdd() {
    Value value = value(4);

    assertThat(buffers.claim(value)).isFalse();
    assertThat(buffers.claim(value)).isTrue();
  }

  @Test
  void givesAReleasedBufferToOneValueOfTheSameLayout() {
    Value dead = value(4);
    Value larger = value(5);
    Value next = value(4);
    Value another = value(4);
    buffers.claim(dead);
    buffers.release(dead);
    buffers.claim(larger);
    buffers.claim(next);
    buffers.claim(another);

    assertThat(next.gradient).isSameAs(dead.gradient);
    assertThat(larger.gradient).hasSize(larger.layout.length()).isNotSameAs(dead.gradient);
    assertThat(another.gradient).isNotSameAs(dead.gradient);
  }

  @Test
  void keepsABufferThatMovedToAnotherValue() {
    Value dying = value(4);
    Value heir = value(4);
    Value next = value(4);
    buffers.claim(dying);

    assertThat(buffers.claimFrom(dying, heir)).isFalse();
    buffers.release(dying);
    buffers.claim(next);

    assertThat(heir.gradient).isSameAs(dying.gradient);
    assertThat(next.gradient).isNotSameAs(heir.gradient);
  }

  private static Value value(int size) {
    return new Value(new LaneLayout(new FeatureShape(2, size, size), 1, 4, 1), null);
  }
}
