package org.sscspark.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;

class FusedOpTest {
  private static final Op.BatchNorm FIRST = new Op.BatchNorm("first", "input", 2);
  private static final Op.BatchNorm SECOND = new Op.BatchNorm("second", "first", 2);

  private static List<FusedOp> plan(Op... ops) {
    return FusedOp.of(new NetworkSpec("net", new FeatureShape(2, 3, 3), List.of(ops)));
  }

  @Test
  void additionAndRectifierJoinTheNormThatTheyAloneRead() {
    Op pool = new Op.GlobalAveragePool("pool", "relu");

    assertThat(
            plan(
                FIRST,
                SECOND,
                new Op.Add("sum", "first", "second"),
                new Op.Relu("relu", "sum"),
                pool))
        .containsExactly(
            new FusedOp(FIRST, Optional.empty(), false, "first"),
            new FusedOp(SECOND, Optional.of("first"), true, "relu"),
            FusedOp.alone(pool));
  }

  @Test
  void aRectifierWithoutAnAdditionJoins() {
    assertThat(plan(FIRST, new Op.Relu("relu", "first"), new Op.GlobalAveragePool("p", "relu")))
        .startsWith(new FusedOp(FIRST, Optional.empty(), true, "relu"));
  }

  @Test
  void whatOthersReadTooStaysAlone() {
    Op relu = new Op.Relu("relu", "first");
    Op twice = new Op.Add("twice", "first", "first");
    Op sum = new Op.Add("sum", "twice", "relu");

    assertThat(plan(FIRST, relu, twice, sum, new Op.GlobalAveragePool("pool", "sum")))
        .startsWith(
            new FusedOp(FIRST, Optional.empty(), false, "first"),
            FusedOp.alone(relu),
            FusedOp.alone(twice),
            FusedOp.alone(sum));
  }

  /** Of two norms whose sum is read, the later has its skip connection when it is computed. */
  @Test
  void anAdditionJoinsTheLaterOfItsOperands() {
    Op.BatchNorm other = new Op.BatchNorm("other", "input", 2);

    assertThat(
            plan(
                FIRST,
                other,
                new Op.Add("sum", "first", "other"),
                new Op.GlobalAveragePool("pool", "sum")))
        .startsWith(
            new FusedOp(FIRST, Optional.empty(), false, "first"),
            new FusedOp(other, Optional.of("first"), false, "sum"));
  }
}
