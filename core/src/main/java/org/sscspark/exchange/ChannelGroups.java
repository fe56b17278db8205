package org.sscspark.exchange;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.sscspark.pattern.FilterClass;
import org.sscspark.pattern.SupportLayout;
import org.sscspark.pattern.WeightShape;

/**
 * A convolution as a group convolution: of all channels those in {@code channels} are read, in this
 * order, an equal part by each group; the filters come out in the order of {@code filters}.
 *
 * @param shape the filter bank without groups
 * @param groups how many
 * @param channels input channels, group by group; one may occur in several groups
 * @param filters a permutation of the filters, group by group
 */
@SuppressWarnings("ArrayRecordComponent") // Read-only by contract.
record ChannelGroups(WeightShape shape, int groups, int[] channels, int[] filters) {

  /** Groups of neighbours; one group is the plain convolution. */
  static ChannelGroups contiguous(WeightShape shape, int groups) {
    return new ChannelGroups(
        shape,
        groups,
        IntStream.range(0, shape.channels()).toArray(),
        IntStream.range(0, shape.filters()).toArray());
  }

  /**
   * A group for each class of filters, if classes are equally large, read equally many channels,
   * and not all.
   */
  static Optional<ChannelGroups> ofClasses(SupportLayout layout) {
    WeightShape shape = layout.shape();
    List<FilterClass> classes = layout.classes();
    int filters = classes.get(0).filters().length;
    int channels = channels(classes.get(0), shape).length;
    boolean equal =
        classes.stream()
            .allMatch(
                filterClass ->
                    filterClass.filters().length == filters
                        && channels(filterClass, shape).length == channels);
    if (!equal || channels == 0 || channels == shape.channels()) {
      return Optional.empty();
    }
    return Optional.of(
        new ChannelGroups(
            shape,
            classes.size(),
            classes.stream().flatMapToInt(c -> Arrays.stream(channels(c, shape))).toArray(),
            classes.stream().flatMapToInt(c -> Arrays.stream(c.filters())).toArray()));
  }

  private static int[] channels(FilterClass filterClass, WeightShape shape) {
    return Arrays.stream(filterClass.taps()).map(tap -> tap / shape.window()).distinct().toArray();
  }

  /** Whether the channels are read as they come. */
  boolean channelsInPlace() {
    return inPlace(channels, shape.channels());
  }

  /** Whether the filters come out in their own order. */
  boolean filtersInPlace() {
    return inPlace(filters, shape.filters());
  }

  private static boolean inPlace(int[] order, int length) {
    return Arrays.equals(order, IntStream.range(0, length).toArray());
  }

  /** Where in the groups' output each filter is. */
  int[] places() {
    int[] places = new int[filters.length];
    for (int place = 0; place < places.length; place++) {
      places[filters[place]] = place;
    }
    return places;
  }

  /** The shape of the groups' weights. */
  WeightShape groupedShape() {
    return new WeightShape(
        shape.filters(), channels.length / groups, shape.kernelHeight(), shape.kernelWidth());
  }

  /** Takes the groups' weights out of a dense array [F, C, kH, kW]. */
  float[] grouped(float[] dense) {
    float[] grouped = new float[groupedShape().size()];
    copy((from, to) -> System.arraycopy(dense, from, grouped, to, shape.window()));
    return grouped;
  }

  /** Puts the groups' weights into a zeroed dense array [F, C, kH, kW]. */
  float[] dense(float[] grouped) {
    float[] dense = new float[shape.size()];
    copy((to, from) -> System.arraycopy(grouped, from, dense, to, shape.window()));
    return dense;
  }

  private interface Kernels {
    void pair(int dense, int grouped);
  }

  /** Names each kernel by its first index in the dense and in the groups' array. */
  private void copy(Kernels kernels) {
    int channelsOfGroup = channels.length / groups;
    int filtersOfGroup = filters.length / groups;
    for (int place = 0; place < filters.length; place++) {
      int first = place / filtersOfGroup * channelsOfGroup;
      for (int i = 0; i < channelsOfGroup; i++) {
        kernels.pair(
            (filters[place] * shape.channels() + channels[first + i]) * shape.window(),
            (place * channelsOfGroup + i) * shape.window());
      }
    }
  }
}
