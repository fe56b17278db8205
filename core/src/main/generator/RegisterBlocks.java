import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Writes the register blocks of the lane engine, at build time: loops whose sums the compiler keeps
 * in registers only if each is a local variable of its own. And it copies the loops of norms, so that
 * the compiler knows those over floats apart. Run as {@code java RegisterBlocks.java FOLDER SOURCES}.
 */
public final class RegisterBlocks {
  private static final String PACKAGE = "org.sscspark.engine.lane";

  /**
   * Filters x most positions of {@code VectorBlocks}, with 32 vector registers and with 16. With 32,
   * 8 x 3 and 4 x 5 were no faster than 8 x 2 and 4 x 2, and took the compiler seconds; 4 x 4 is
   * faster than 4 x 2, by a tenth where a core has two multipliers, as more sums are under way while
   * each waits for the last; 1 x 16 is slower than 1 x 8.
   */
  private static final int[][] CORRELATION = {{8, 2, 2}, {4, 4, 2}, {2, 4, 4}, {1, 8, 8}};

  /** Filters x taps of {@code VectorWeightBlocks}. */
  private static final int[][] WEIGHT_GRADIENT = {
    {4, 6}, {4, 3}, {4, 2}, {4, 1}, {2, 9}, {2, 5}, {2, 2}, {2, 1}, {1, 16}, {1, 8}, {1, 4}, {1, 2},
    {1, 1}
  };

  /**
   * Vectors of filters x taps of {@code VectorOuterProducts}. 1 x 24 ran at two thirds of the speed
   * of 2 x 12: every multiply-add needs a value of its own from memory.
   */
  private static final int[][] OUTER_PRODUCTS = {{2, 12}, {2, 6}, {2, 3}, {2, 2}, {2, 1}};

  private static final String DOT_ARGUMENTS =
      "(plan, stretch, block, lastBlock, i, end, accumulate);";

  /** Positions that lie side by side in the input of blocks InRow. */
  private static final int RUN = 4;

  /** Taps of one turn of a correlation's loop; what is left takes turns of one. */
  private static final int UNROLLED = 2;

  /** Lanes of a vector. */
  private static final int WIDEST = 16;

  private static final int NARROWEST = 4;

  private final StringBuilder text = new StringBuilder();

  private RegisterBlocks() {}

  /** Writes the classes under the folder, as a source root, beside those of another one. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]).resolve(PACKAGE.replace('.', '/'));
    Path sources = Path.of(arguments[1]).resolve(PACKAGE.replace('.', '/'));
    Files.createDirectories(folder);
    write(folder.resolve("VectorBlocks.java"), correlation());
    write(folder.resolve("VectorWeightBlocks.java"), weightGradient());
    write(folder.resolve("VectorOuterProducts.java"), outerProducts());
    String norms = Files.readString(sources.resolve("VectorNorms.java"));
    write(folder.resolve("VectorFloatNorms.java"), norms.replace("VectorNorms", "VectorFloatNorms"));
  }

  /** Leaves a file that is as it should be: a younger one would have all modules compiled again. */
  private static void write(Path file, String text) throws IOException {
    if (!Files.exists(file) || !Files.readString(file).equals(text)) {
      Files.writeString(file, text);
    }
  }

  private static String correlation() {
    RegisterBlocks blocks = new RegisterBlocks();
    blocks.open(
        "VectorBlocks",
        "The register blocks of a correlation: F filters x P positions of sums, all in registers"
            + " while the inner loop runs over the taps of one stretch. All blocks of a range, of as"
            + " many filters each, are computed at some positions before the next ones. Loops compute"
            + " what is whole from position i on, and return the first position that is left. Those"
            + " InRow know that their positions lie side by side in fours: one address serves four.");
    for (int[] shape : CORRELATION) {
      int filters = shape[0];
      blocks.allDots(filters, shape[1], shape[2]);
      IntStream.of(shape[1], shape[2])
          .distinct()
          .forEach(
              positions -> {
                if (positions % RUN == 0) {
                  blocks.dot(filters, positions, /* inRow= */ true);
                }
                blocks.dot(filters, positions, /* inRow= */ false);
              });
      blocks.dot(filters, 1, /* inRow= */ false);
    }
    return blocks.close();
  }

  /** All positions from i to the end: as many at once as registers hold, the rest one by one. */
  private void allDots(int filters, int positions, int positionsOfFewRegisters) {
    line(
        "static void dot%d(LaneCorrelation plan, int stretch, int block, int lastBlock, int i, int"
            + " end, boolean accumulate) {",
        filters);
    if (positions == positionsOfFewRegisters) {
      manyDots(filters, positions);
    } else {
      line("if (LANES == %d) {", WIDEST);
      manyDots(filters, positions);
      line("} else {");
      manyDots(filters, positionsOfFewRegisters);
      line("}");
    }
    line("if (i < end) {");
    line("dot%dx1%s", filters, DOT_ARGUMENTS);
    line("}");
    line("}");
  }

  private void manyDots(int filters, int positions) {
    if (positions % RUN == 0) {
      line("if (plan.inRows) {");
      line("i = dot%dx%dInRow%s", filters, positions, DOT_ARGUMENTS);
      line("}");
    }
    line("if (i < end) {");
    line("i = dot%dx%d%s", filters, positions, DOT_ARGUMENTS);
    line("}");
  }

  private static String weightGradient() {
    RegisterBlocks blocks = new RegisterBlocks();
    blocks.open(
        "VectorWeightBlocks",
        "The register blocks of a weight gradient: F filters x T taps of sums, all in registers"
            + " while one loop runs over the positions. Sums start at zero at position 0, and"
            + " elsewhere where the last positions left them.");
    blocks.choice();
    for (int[] shape : WEIGHT_GRADIENT) {
      blocks.sum(shape[0], shape[1]);
    }
    blocks.allLaneSums();
    return blocks.close();
  }

  private static String outerProducts() {
    RegisterBlocks blocks = new RegisterBlocks();
    blocks.open(
        "VectorOuterProducts",
        "The register blocks of outer products: the sums of T taps for V vectors of filters, all"
            + " in registers while loops run over positions and examples.");
    blocks.outerChoice();
    for (int[] shape : OUTER_PRODUCTS) {
      blocks.outer(shape[0], shape[1]);
    }
    return blocks.close();
  }

  private void dot(int filters, int positions, boolean inRow) {
    line(
        "private static int dot%dx%d%s(LaneCorrelation plan, int stretch, int block, int lastBlock,"
            + " int i, int end, boolean accumulate) {",
        filters, positions, inRow ? "InRow" : "");
    line("int[] from = plan.from;");
    line("int[] to = plan.to;");
    line("float[] in = plan.in.floats;");
    line("float[] out = plan.out.floats;");
    line("int[] offsets = plan.offsets;");
    line("int[] channelOffsets = plan.channelOffsets;");
    line("float[] weights = plan.weights;");
    line("int[] blocks = plan.blocks;");
    line("int first = plan.at(stretch, block);");
    line("int last = plan.at(stretch, lastBlock);");
    line("for (; i + %d <= end; i += %d) {", positions, positions);
    int run = inRow ? RUN : 1;
    each(positions / run, p -> line("int from%d = from[i + %d];", p * run, p * run));
    line("for (int b = first; b < last; b += LaneCorrelation.INTS_PER_BLOCK) {");
    line("int q = blocks[b + LaneCorrelation.FIRST_TAP];");
    line("int r = blocks[b + LaneCorrelation.END_TAP];");
    line("int start = blocks[b + LaneCorrelation.START];");
    line("boolean adds = accumulate || start < 0;");
    line("if (adds && q == r) {");
    line("continue;");
    line("}");
    line("int weight = blocks[b + LaneCorrelation.WEIGHTS];");
    line("int c = blocks[b + LaneCorrelation.CHANNEL];");
    each(filters, f -> line("int channel%d = channelOffsets[c + %d];", f, f));
    grid(filters, positions, (f, p) -> line("FloatVector s%d_%d;", f, p));
    line("if (adds) {");
    grid(
        filters,
        positions,
        (f, p) -> line("s%d_%d = %s;", f, p, load("out", "to[i + %d] + channel%d", p, f)));
    line("} else {");
    for (int f = 0; f < filters; f++) {
      int filter = f;
      line("FloatVector start%d = %s;", f, broadcast("start + %d", f));
      each(positions, p -> line("s%d_%d = start%d;", filter, p, filter));
    }
    line("}");
    line("int whole = r - (r - q) %% %d;", UNROLLED);
    line("for (int t = q; t < whole; t += %d) {", UNROLLED);
    line("int w = weight + t * %d;", filters);
    taps(filters, positions, run, UNROLLED);
    line("}");
    line("if (whole < r) {");
    line("int t = whole;");
    line("int w = weight + t * %d;", filters);
    taps(filters, positions, run, 1);
    line("}");
    grid(
        filters,
        positions,
        (f, p) -> line("s%d_%d.intoArray(out, to[i + %d] + channel%d);", f, p, p, f));
    line("}");
    line("}");
    line("return i;");
    line("}");
  }

  /** Adds so many taps, from t on, to the sums of a correlation's block. */
  private void taps(int filters, int positions, int run, int taps) {
    for (int tap = 0; tap < taps; tap++) {
      line("int offset%d = offsets[t + %d];", tap, tap);
    }
    for (int tap = 0; tap < taps; tap++) {
      int now = tap;
      each(
          positions,
          p ->
              line(
                  "FloatVector x%d_%d = %s;",
                  now,
                  p,
                  load("in", "from%d + offset%d + %d * LANES", p / run * run, now, p % run)));
      for (int f = 0; f < filters; f++) {
        int filter = f;
        line("FloatVector w%d_%d = %s;", tap, f, broadcast("w + %d", tap * filters + f));
        each(
            positions,
            p ->
                line(
                    "s%d_%d = x%d_%d.fma(w%d_%d, s%d_%d);",
                    filter, p, now, p, now, filter, filter, p));
      }
    }
  }

  private void choice() {
    line("/** Adds the positions [first, last) to a block's sums, which start at {@code at}. */");
    line(
        "static void sum(LaneSumGradient plan, int block, float[] sums, int at, int first,"
            + " int last) {");
    line("int filters = plan.filters[block];");
    line("int taps = plan.taps[block];");
    for (int[] shape : WEIGHT_GRADIENT) {
      line("if (filters == %d && taps == %d) {", shape[0], shape[1]);
      line("sum%dx%d(plan, block, sums, at, first, last);", shape[0], shape[1]);
      line("return;");
      line("}");
    }
    line("throw new IllegalArgumentException(\"No block of \" + filters + \" x \" + taps);");
    line("}");
  }

  private void sum(int filters, int taps) {
    line(
        "private static void sum%dx%d(LaneSumGradient plan, int block, float[] sums, int at,"
            + " int first, int last) {",
        filters, taps);
    line("float[] in = plan.in.floats;");
    line("float[] outGradient = plan.outGradient.floats;");
    line("int[] from = plan.from[plan.table[block]];");
    line("int[] to = plan.to[plan.table[block]];");
    line("int c = plan.firstChannel[block];");
    line("int tap = plan.firstTap[block];");
    each(filters, f -> line("int channel%d = plan.channelOffsets[c + %d];", f, f));
    each(taps, t -> line("int offset%d = plan.tapOffsets[tap + %d];", t, t));
    grid(filters, taps, (f, t) -> line("FloatVector s%d_%d;", f, t));
    line("if (first > 0) {");
    grid(
        filters,
        taps,
        (f, t) -> line("s%d_%d = %s;", f, t, load("sums", "at + %d * LANES", f * taps + t)));
    line("} else {");
    // Not 0: that is the method for a long, and its vectors are objects.
    line("FloatVector zero = FloatVector.broadcast(SPECIES, 0f);");
    grid(filters, taps, (f, t) -> line("s%d_%d = zero;", f, t));
    line("}");
    line("for (int i = first; i < last; i++) {");
    line("int x = from[i];");
    line("int y = to[i];");
    for (int f = 0; f < filters; f++) {
      line("FloatVector y%d = %s;", f, load("outGradient", "y + channel%d", f));
      for (int t = 0; t < taps; t++) {
        if (f == 0) {
          line("FloatVector x%d = %s;", t, load("in", "x + offset%d", t));
        }
        line("s%d_%d = y%d.fma(x%d, s%d_%d);", f, t, f, t, f, t);
      }
    }
    line("}");
    grid(
        filters,
        taps,
        (f, t) -> line("s%d_%d.intoArray(sums, at + %d * LANES);", f, t, f * taps + t));
    line("}");
  }

  private void outerChoice() {
    line("/** As {@link Arithmetic#outerProducts}. */");
    line(
        "static void sum(OuterProductGradient.Block block, float[] sums, int packedAt,"
            + " float[] columns, int columnsAt, int positions) {");
    line("switch (block.taps()) {");
    for (int[] shape : OUTER_PRODUCTS) {
      line(
          "case %d -> sum%dx%d(block.places(), sums, packedAt, columns, columnsAt, positions);",
          shape[1], shape[0], shape[1]);
    }
    line("default -> throw new IllegalArgumentException(\"No block of \" + block.taps());");
    line("}");
    line("}");
  }

  private void outer(int vectors, int taps) {
    line(
        "private static void sum%dx%d(int[] places, float[] sums, int packedAt, float[] columns,"
            + " int columnsAt, int positions) {",
        vectors, taps);
    line("FloatVector zero = FloatVector.broadcast(SPECIES, 0f);");
    grid(vectors, taps, (v, t) -> line("FloatVector s%d_%d = zero;", v, t));
    line("for (int i = 0; i < positions; i++) {");
    line("int x = packedAt + i * %d * LANES;", taps);
    line("int y = columnsAt + places[i];");
    line("for (int example = 0; example < LANES; example++) {");
    each(
        vectors,
        v -> line("FloatVector c%d = %s;", v, load("columns", "y + (example * %d + %d) * LANES", vectors, v)));
    each(
        taps,
        t -> {
          line(
              "FloatVector x%d = FloatVector.broadcast(SPECIES, sums[x + example + %d * LANES]);",
              t, t);
          each(vectors, v -> line("s%d_%d = c%d.fma(x%d, s%d_%d);", v, t, v, t, v, t));
        });
    line("}");
    line("}");
    grid(
        vectors,
        taps,
        (v, t) ->
            line(
                "s%d_%d.intoArray(sums, LaneLayout.FIRST + %d * LANES);", v, t, t * vectors + v));
    line("}");
  }

  /**
   * Sums the lanes of as many vectors as one has lanes, at a time. Each turn takes vectors in pairs
   * and adds their halves, then quarters and so on: lane l of the last vector is the sum of vector
   * l, added in the order of {@code LaneSums}.
   */
  private void laneSums(int lanes) {
    line("private static int sumLanes%d(float[] vectors, int at, int count) {", lanes);
    line("int i = 0;");
    line("for (; i + %d <= count; i += %d) {", lanes, lanes);
    each(
        lanes,
        v -> line("FloatVector v%d_%d = %s;", lanes, v, load("vectors", "at + (i + %d) * LANES", v)));
    for (int half = lanes / 2; half >= 1; half /= 2) {
      int now = half;
      each(
          half,
          v -> {
            line(
                "FloatVector a%d_%d = v%d_%d.blend(v%d_%d, UPPER%d);",
                now, v, 2 * now, v, 2 * now, v + now, now);
            line(
                "FloatVector b%d_%d = v%d_%d.blend(v%d_%d, UPPER%d).rearrange(SWAP%d);",
                now, v, 2 * now, v + now, 2 * now, v, now, now);
            line("FloatVector v%d_%d = a%d_%d.add(b%d_%d);", now, v, now, v, now, v);
          });
    }
    line("v1_0.intoArray(vectors, at + i);");
    line("}");
    line("return i;");
    line("}");
  }

  private void allLaneSums() {
    for (int half = 1; half <= WIDEST / 2; half *= 2) {
      line(
          "private static final VectorMask<Float> UPPER%d = VectorMask.fromLong(SPECIES, 0x%XL &"
              + " (1L << LANES) - 1);",
          half, upper(half));
      line(
          "private static final VectorShuffle<Float> SWAP%d = VectorShuffle.fromOp(SPECIES, lane ->"
              + " (lane ^ %d) %% LANES);",
          half, half);
    }
    line("/** Replaces vectors that follow each other by the sums of their lanes. */");
    line("static void sumLanes(float[] vectors, int at, int count) {");
    line("int done = switch (LANES) {");
    for (int lanes = WIDEST; lanes >= NARROWEST; lanes /= 2) {
      line("case %d -> sumLanes%d(vectors, at, count);", lanes, lanes);
    }
    line("default -> 0;");
    line("};");
    line("for (int i = done; i < count; i++) {");
    line("vectors[at + i] = LaneSums.of(vectors, at + i * LANES, LANES);");
    line("}");
    line("}");
    for (int lanes = WIDEST; lanes >= NARROWEST; lanes /= 2) {
      laneSums(lanes);
    }
  }

  /** The lanes whose number has this bit. */
  private static long upper(int bit) {
    return IntStream.range(0, WIDEST)
        .filter(lane -> (lane & bit) != 0)
        .mapToLong(lane -> 1L << lane)
        .sum();
  }

  private static String load(String array, String index, Object... values) {
    return "FloatVector.fromArray(SPECIES, " + array + ", " + formatted(index, values) + ")";
  }

  private static String broadcast(String index, Object... values) {
    return "FloatVector.broadcast(SPECIES, weights[" + formatted(index, values) + "])";
  }

  private void open(String name, String purpose) {
    line("package %s;", PACKAGE);
    line("import jdk.incubator.vector.FloatVector;");
    line("import jdk.incubator.vector.VectorMask;");
    line("import jdk.incubator.vector.VectorShuffle;");
    line("import jdk.incubator.vector.VectorSpecies;");
    line("/** %s */", purpose);
    line("final class %s {", name);
    line("private static final VectorSpecies<Float> SPECIES = VectorArithmetic.SPECIES;");
    line("private static final int LANES = SPECIES.length();");
    line("private %s() {}", name);
  }

  private String close() {
    line("}");
    return text.toString();
  }

  private void line(String format, Object... values) {
    text.append(values.length == 0 ? format : formatted(format, values)).append('\n');
  }

  /** What is written must not depend on the locale of the build: in some, digits are others. */
  private static String formatted(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static void each(int count, IntConsumer body) {
    IntStream.range(0, count).forEach(body);
  }

  private static void grid(int rows, int columns, Cell cell) {
    each(rows, row -> each(columns, column -> cell.write(row, column)));
  }

  /** Writes what belongs to one sum of a block. */
  @FunctionalInterface
  private interface Cell {
    void write(int row, int column);
  }
}
