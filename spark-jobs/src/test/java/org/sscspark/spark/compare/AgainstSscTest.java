package org.sscspark.spark.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sscspark.pruning.Method;
import org.sscspark.report.LineChart.Point;
import org.sscspark.spark.compare.AgainstSsc.Line;
import org.sscspark.spark.compare.PairedDifference.Verdict;

class AgainstSscTest {
  /** By hand: differences 1, 2, 3 have mean 2, deviation 1; t(2, 97.5 %) is 4.302653. */
  @Test
  void theIntervalIsStudentsOverTheDifferencesOfPairs() {
    PairedDifference difference =
        PairedDifference.of(new double[] {11, 22, 33}, new double[] {10, 20, 30});
    assertThat(difference.pairs()).isEqualTo(3);
    assertThat(difference.mean()).isEqualTo(2);
    assertThat(difference.margin()).isCloseTo(4.302653 / Math.sqrt(3), within(1e-6));
    assertThat(difference.verdict()).isEqualTo(Verdict.UNDECIDED);
  }

  @Test
  void aPairOfWhichOneIsMissingDoesNotCountAndOnePairDecidesNothing() {
    PairedDifference difference =
        PairedDifference.of(new double[] {0.9, Double.NaN}, new double[] {0.1, 0.2});
    assertThat(difference.pairs()).isEqualTo(1);
    assertThat(difference.hasInterval()).isFalse();
    assertThat(difference.verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(PairedDifference.of(new double[] {Double.NaN}, new double[] {1}).pairs()).isZero();
  }

  @Test
  void theSentenceClaimsNoMoreThanTheIntervals() {
    double[] ssc = {0.70, 0.71, 0.69};
    AgainstSsc against =
        new AgainstSsc(
            List.of(
                line(new Method("snip"), 0.1, new double[] {0.60, 0.605, 0.595}, ssc),
                line(new Method("synflow"), 0.1, new double[] {0.72, 0.70, 0.69}, ssc),
                line(new Method("random-erk"), 0.1, new double[] {0.75, 0.761, 0.74}, ssc),
                line(new Method("snip"), 0.05, new double[] {0.5}, new double[] {0.9})));
    assertThat(against.sentences())
        .containsExactly(
            "At 10 %: ssc is ahead of snip; ssc is behind random-erk; no difference is shown"
                + " between ssc and synflow.",
            "At 5 %: fewer than two seeds are done with SSC and another method, so nothing is"
                + " said.");
    assertThat(against.table().rows().get(0)).contains("-10.00", "behind ssc");
    assertThat(against.table().rows().get(1)).contains("no difference shown");
    assertThat(against.table().columns()).last().asString().contains("verdict");
    assertThat(against.table().rows().get(3)).containsExactly("snip", "5 %", "-40.00", "", "1", "");
  }

  /** Of what has no interval it is not claimed that no difference is shown. */
  @Test
  void methodsWithoutAnIntervalAreNamedAndNotJudged() {
    double[] ssc = {0.70, 0.71, 0.69};
    Line clear = line(new Method("snip"), 0.1, new double[] {0.60, 0.61, 0.595}, ssc);
    Line one = line(new Method("synflow"), 0.1, new double[] {0.72, Double.NaN, Double.NaN}, ssc);
    // But for rounding each differs by two points.
    Line alike = line(new Method("grasp"), 0.1, new double[] {0.72, 0.73, 0.71}, ssc);
    assertThat(alike.difference().hasInterval()).isFalse();
    assertThat(new AgainstSsc(List.of(clear, one, alike)).sentences())
        .containsExactly(
            "At 10 %: ssc is ahead of snip; one seed only is done with ssc and synflow: nothing is"
                + " said; all seeds differ alike between ssc and grasp, which gives no interval:"
                + " nothing is said.");
    AgainstSsc only = new AgainstSsc(List.of(alike));
    assertThat(only.sentences())
        .containsExactly(
            "At 10 %: all seeds differ alike between ssc and grasp, which gives no interval:"
                + " nothing is said.");
    assertThat(only.table().rows().get(0)).containsExactly("grasp", "10 %", "+2.00", "", "3", "");
  }

  private static Line line(Method method, double density, double[] one, double[] ssc) {
    return new Line(method.name(), density, PairedDifference.of(one, ssc));
  }

  @Test
  void onTheFrontNoOtherIsCheaperAndBetter() {
    Point cheap = new Point(1, 0.5);
    Point better = new Point(2, 0.6);
    assertThat(
            ParetoFront.of(
                List.of(new Point(3, 0.6), better, new Point(1, 0.4), new Point(2.5, 0.55), cheap)))
        .containsExactly(cheap, better);
  }
}
