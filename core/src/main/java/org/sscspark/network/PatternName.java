package org.sscspark.network;

import java.util.ArrayList;
import java.util.List;
import org.sscspark.pattern.KernelType;
import org.sscspark.pattern.SscPattern;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;

/** Short names of supports, for tables. */
final class PatternName {
  private PatternName() {}

  static String of(Support support) {
    return support.accept(
        patterned -> of(patterned.pattern(), patterned.shape()), explicit -> "unstructured");
  }

  private static String of(SscPattern pattern, WeightShape shape) {
    int period = pattern.period();
    int full = pattern.count(KernelType.FULL);
    int odd = pattern.count(KernelType.ODD);
    int even = pattern.count(KernelType.EVEN);
    int point = pattern.count(KernelType.POINT);
    if (full == period) {
      return "dense";
    }
    if (point == period) {
      return shape.window() == 1 ? "dense" : "pointwise";
    }
    if (pattern.shift() == -1 && full + odd + even + point == 1) {
      String kernel = full == 1 ? "" : "," + pattern.slots().get(0);
      return period == shape.channels()
          ? "depthwise(m=" + pattern.outBlock() + kernel + ")"
          : "groupwise(G=" + period + kernel + ")";
    }
    if (full == 1 && point == period - 1) {
      return "HetConv(P=" + period + place(pattern) + ")";
    }
    if (isSsc(pattern, odd, even, full)) {
      String first = pattern.slots().get(0) == KernelType.EVEN ? ",even first" : "";
      return "SSC(g=" + period / 2 + ",n=" + point + first + place(pattern) + ")";
    }
    List<String> kernels = new ArrayList<>();
    kernels.add("P=" + period);
    addCount(kernels, full, "full");
    addCount(kernels, odd, "odd");
    addCount(kernels, even, "even");
    addCount(kernels, point, "point");
    return "SSC(" + String.join(",", kernels) + place(pattern) + ")";
  }

  private static boolean isSsc(SscPattern pattern, int odd, int even, int full) {
    return full == 0
        && odd == 1
        && even == 1
        && pattern.period() % 2 == 0
        && spatial(pattern.slots().get(0))
        && spatial(pattern.slots().get(pattern.period() / 2));
  }

  private static boolean spatial(KernelType type) {
    return type == KernelType.ODD || type == KernelType.EVEN;
  }

  private static void addCount(List<String> kernels, int count, String type) {
    if (count > 0) {
      kernels.add(count + " " + type);
    }
  }

  private static String place(SscPattern pattern) {
    return ",s="
        + pattern.shift()
        + ",phase="
        + pattern.phase()
        + (pattern.inBlock() > 1 ? ",bc=" + pattern.inBlock() : "")
        + ",b="
        + pattern.outBlock();
  }
}
