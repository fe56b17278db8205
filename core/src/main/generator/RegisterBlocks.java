import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Writes the register blocks of the lane engine, at build time: loops whose sums the compiler keeps
 * in registers only if each is a local variable of its own. Run as {@code java RegisterBlocks.java
 * FOLDER}.
 */
public final class RegisterBlocks {
  private static final String PACKAGE = "org.sscspark.engine.lane";

  /**
   * Filters x positions of {@code VectorBlocks}. With 32 vector registers 8 x 3 and 4 x 5 were no
   * faster than 8 x 2 and 4 x 2, and took the compiler seconds.
   */
  private static final int[][] CORRELATION = {
    {8, 2}, {8, 1}, {4, 2}, {4, 1}, {2, 4}, {2, 1}, {1, 8}, {1, 1}
  };

  /** Filters x taps of {@code VectorWeightBlocks}. */
  private static final int[][] WEIGHT_GRADIENT = {
    {8, 3}, {8, 2}, {8, 1}, {4, 6}, {4, 3}, {4, 2}, {4, 1}, {2, 9}, {2, 5}, {2, 2}, {2, 1}, {1, 16},
    {1, 8}, {1, 4}, {1, 2}, {1, 1}
  };

  /** Positions that lie side by side in the input of blocks InRow. */
  private static final int RUN = 4;

  /** Taps of one turn of a correlation's loop; plans hold a multiple of it. */
  private static final int UNROLLED = 2;

  private final StringBuilder text = new StringBuilder();

  private RegisterBlocks() {}

  /** Writes both classes under the folder, as a source root. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]).resolve(PACKAGE.replace('.', '/'));
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("VectorBlocks.java"), correlation());
    Files.writeString(folder.resolve("VectorWeightBlocks.java"), weightGradient());
  }

  private static String correlation() {
    RegisterBlocks blocks = new RegisterBlocks();
    blocks.open(
        "VectorBlocks",
        "The register blocks of a correlation: F filters x P positions of sums, all in registers"
            + " while the inner loop runs over the taps. Each method computes whole blocks from"
            + " position i on and returns the first position that is left. Blocks InRow know that"
            + " their positions lie side by side in fours: one address serves four.");
    for (int[] shape : CORRELATION) {
      blocks.dot(shape[0], shape[1], false);
      if (shape[1] % RUN == 0) {
        blocks.dot(shape[0], shape[1], true);
      }
    }
    return blocks.close();
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
    return blocks.close();
  }

  private void dot(int filters, int positions, boolean inRow) {
    line(
        "static int dot%dx%d%s(Correlation plan, int block, float[] in, float[] out, int i, int"
            + " end, boolean accumulate) {",
        filters, positions, inRow ? "InRow" : "");
    line("int[] from = plan.from;");
    line("int[] to = plan.to;");
    line("float[] program = plan.program;");
    line("int first = plan.firstStep[block];");
    line("int last = plan.firstStep[block + 1];");
    line("int c = plan.firstChannel[block];");
    each(filters, f -> line("int channel%d = plan.channelOffsets[c + %d];", f, f));
    line("for (; i + %d <= end; i += %d) {", positions, positions);
    int run = inRow ? RUN : 1;
    each(positions / run, p -> line("int from%d = from[i + %d];", p * run, p * run));
    grid(filters, positions, (f, p) -> line("FloatVector s%d_%d;", f, p));
    line("if (accumulate) {");
    grid(
        filters,
        positions,
        (f, p) -> line("s%d_%d = %s;", f, p, load("out", "to[i + %d] + channel%d", p, f)));
    line("} else {");
    for (int f = 0; f < filters; f++) {
      int filter = f;
      line("FloatVector start%d = %s;", f, broadcast("first + %d", f));
      each(positions, p -> line("s%d_%d = start%d;", filter, p, filter));
    }
    line("}");
    int step = 1 + filters;
    line("for (int q = first + %d; q < last; q += %d) {", filters, UNROLLED * step);
    for (int tap = 0; tap < UNROLLED; tap++) {
      int at = tap * step;
      line("int offset%d = Float.floatToRawIntBits(program[q + %d]);", tap, at);
    }
    for (int tap = 0; tap < UNROLLED; tap++) {
      int at = tap * step;
      int t = tap;
      each(
          positions,
          p ->
              line(
                  "FloatVector x%d_%d = %s;",
                  t, p, load("in", "from%d + offset%d + %d * LANES", p / run * run, t, p % run)));
      for (int f = 0; f < filters; f++) {
        int filter = f;
        line("FloatVector w%d_%d = %s;", tap, f, broadcast("q + %d", at + 1 + f));
        each(
            positions,
            p ->
                line(
                    "s%d_%d = x%d_%d.fma(w%d_%d, s%d_%d);", filter, p, t, p, t, filter, filter, p));
      }
    }
    line("}");
    grid(
        filters,
        positions,
        (f, p) -> line("s%d_%d.intoArray(out, to[i + %d] + channel%d);", f, p, p, f));
    line("}");
    line("return i;");
    line("}");
  }

  private void choice() {
    line("/** Adds the positions [first, last) to a block's sums, which start at {@code at}. */");
    line(
        "static void sum(WeightGradient plan, int block, float[] in, float[] outGradient,"
            + " float[] sums, int at, int first, int last) {");
    line("int filters = plan.filters[block];");
    line("int taps = plan.taps[block];");
    for (int[] shape : WEIGHT_GRADIENT) {
      line("if (filters == %d && taps == %d) {", shape[0], shape[1]);
      line("sum%dx%d(plan, block, in, outGradient, sums, at, first, last);", shape[0], shape[1]);
      line("return;");
      line("}");
    }
    line("throw new IllegalArgumentException(\"No block of \" + filters + \" x \" + taps);");
    line("}");
  }

  private void sum(int filters, int taps) {
    line(
        "private static void sum%dx%d(WeightGradient plan, int block, float[] in, float[]"
            + " outGradient, float[] sums, int at, int first, int last) {",
        filters, taps);
    line("int[] from = plan.from;");
    line("int[] to = plan.to;");
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

  private static String load(String array, String index, Object... values) {
    return "FloatVector.fromArray(SPECIES, " + array + ", " + index.formatted(values) + ")";
  }

  private static String broadcast(String index, Object... values) {
    return "FloatVector.broadcast(SPECIES, program[" + index.formatted(values) + "])";
  }

  private void open(String name, String purpose) {
    line("package %s;", PACKAGE);
    line("import jdk.incubator.vector.FloatVector;");
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
    text.append(values.length == 0 ? format : format.formatted(values)).append('\n');
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
