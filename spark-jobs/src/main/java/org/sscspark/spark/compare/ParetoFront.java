package org.sscspark.spark.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.sscspark.report.LineChart.Point;

/** Of points with a cost (x) and a gain (y), those that no other beats in both. */
final class ParetoFront {
  private ParetoFront() {}

  /** The front from the cheapest point to the best; of points alike, one. */
  static List<Point> of(List<Point> points) {
    List<Point> front = new ArrayList<>();
    double best = Double.NEGATIVE_INFINITY;
    for (Point point : points.stream().sorted(CHEAPEST_FIRST).toList()) {
      if (point.y() > best) {
        front.add(point);
        best = point.y();
      }
    }
    return front;
  }

  private static final Comparator<Point> CHEAPEST_FIRST =
      Comparator.comparingDouble(Point::x).thenComparing(Point::y, Comparator.reverseOrder());
}
