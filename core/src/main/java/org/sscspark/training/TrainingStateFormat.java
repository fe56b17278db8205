package org.sscspark.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A {@link TrainingState} as two files: JSON with counters and, for each vector, name, length and
 * CRC-32C; and the vectors' bits, one after the other, as little-endian single-precision numbers.
 * What is read has the same bits as what was written. Numbers that JSON would round are written as
 * the hexadecimal of their bits.
 */
public final class TrainingStateFormat {
  /** The name of the JSON file in a checkpoint. */
  public static final String JSON_FILE = "state.json";

  /** The name of the vectors' file in a checkpoint. */
  public static final String VECTORS_FILE = "state.bin";

  private static final int VERSION = 2;

  private static final String OPTIMIZER_STATE = "optimizerState";

  /** What version 1 called it. */
  private static final String FORMER_OPTIMIZER_STATE = "updaterState";

  /** Left out where there is none, as older programs did. */
  private static final String AVERAGE = "average";

  private static final int CHUNK_FLOATS = 1 << 14;
  private static final ObjectMapper JSON = new ObjectMapper();

  private TrainingStateFormat() {}

  /** Returns the JSON file's text. */
  public static String toJson(TrainingState state) {
    ObjectNode root = JSON.createObjectNode();
    root.put("format", VERSION);
    root.put("seed", state.seed());
    TrainingProgress progress = state.progress();
    root.putObject("progress")
        .put("epoch", progress.epoch())
        .put("round", progress.round())
        .put("globalRound", progress.globalRound())
        .put("iteration", progress.iteration())
        .put("examples", progress.examples());
    Tally tally = state.epochTally();
    root.putObject("epochTally")
        .put("lossSum", bits(tally.lossSum()))
        .put("correct", tally.correct())
        .put("examples", tally.examples());
    state
        .best()
        .ifPresent(
            best ->
                root.putObject("best")
                    .put("accuracy", bits(best.accuracy()))
                    .put("globalRound", best.globalRound()));
    ObjectNode vectors = root.putObject("vectors");
    describe(vectors, "parameters", state.parameters());
    describe(vectors, OPTIMIZER_STATE, state.optimizerState());
    describe(vectors, "outerState", state.outerState());
    if (state.average().length > 0) {
      describe(vectors, AVERAGE, state.average());
    }
    return root.toPrettyString() + "\n";
  }

  /** Writes the vectors' file; does not close the stream. */
  public static void writeVectors(TrainingState state, OutputStream out) throws IOException {
    write(out, state.parameters());
    write(out, state.optimizerState());
    write(out, state.outerState());
    write(out, state.average());
  }

  /**
   * Reads a state.
   *
   * @param json the JSON file's text
   * @param vectors the vectors' file; not closed
   * @throws IOException if a file cannot be read, is no such file, or the two do not match
   */
  public static TrainingState read(String json, InputStream vectors) throws IOException {
    JsonNode root = parse(json);
    int version = (int) number(root, "format");
    if (version < 1 || version > VERSION) {
      throw new IOException(
          "Training state has format " + version + ", this program reads up to " + VERSION);
    }
    JsonNode progress = object(root, "progress");
    JsonNode tally = object(root, "epochTally");
    JsonNode lengths = object(root, "vectors");
    TrainingState state =
        new TrainingState(
            number(root, "seed"),
            new TrainingProgress(
                (int) number(progress, "epoch"),
                (int) number(progress, "round"),
                number(progress, "globalRound"),
                number(progress, "iteration"),
                number(progress, "examples")),
            new Tally(
                fromBits(tally, "lossSum"), number(tally, "correct"), number(tally, "examples")),
            best(root),
            read(vectors, lengths, "parameters"),
            read(vectors, lengths, version == 1 ? FORMER_OPTIMIZER_STATE : OPTIMIZER_STATE),
            read(vectors, lengths, "outerState"),
            lengths.has(AVERAGE) ? read(vectors, lengths, AVERAGE) : new float[0]);
    if (vectors.read() >= 0) {
      throw new IOException("The vectors of a training state are longer than it says");
    }
    return state;
  }

  /**
   * Whether the state has a moving average; the vectors' file is not needed.
   *
   * @param json the JSON file's text
   * @throws IOException if it is no such file
   */
  public static boolean hasAverage(String json) throws IOException {
    return object(parse(json), "vectors").has(AVERAGE);
  }

  private static Optional<BestScore> best(JsonNode root) throws IOException {
    if (!root.has("best")) {
      return Optional.empty();
    }
    JsonNode best = object(root, "best");
    return Optional.of(new BestScore(fromBits(best, "accuracy"), number(best, "globalRound")));
  }

  private static void describe(ObjectNode vectors, String name, float[] values) {
    CRC32C checksum = new CRC32C();
    forEachChunk(values, checksum::update);
    vectors
        .putObject(name)
        .put("length", values.length)
        .put("crc32c", String.format(Locale.ROOT, "%08x", checksum.getValue()));
  }

  private static void write(OutputStream out, float[] values) throws IOException {
    forEachChunk(values, out::write);
  }

  private static float[] read(InputStream in, JsonNode vectors, String name) throws IOException {
    JsonNode description = object(vectors, name);
    float[] values = new float[Math.toIntExact(number(description, "length"))];
    CRC32C checksum = new CRC32C();
    byte[] chunk = new byte[CHUNK_FLOATS * Float.BYTES];
    for (int begin = 0; begin < values.length; begin += CHUNK_FLOATS) {
      int count = Math.min(CHUNK_FLOATS, values.length - begin);
      int length = count * Float.BYTES;
      if (in.readNBytes(chunk, 0, length) < length) {
        throw new IOException("The vector " + name + " of a training state is cut short");
      }
      floats(chunk).get(values, begin, count);
      checksum.update(chunk, 0, length);
    }
    String expected = description.path("crc32c").asText();
    String actual = String.format(Locale.ROOT, "%08x", checksum.getValue());
    if (!actual.equals(expected)) {
      throw new IOException(
          "The vector "
              + name
              + " of a training state has checksum "
              + actual
              + ", recorded is "
              + expected);
    }
    return values;
  }

  /** What is done with a run of bytes. */
  @FunctionalInterface
  private interface ChunkSink<E extends Exception> {
    void accept(byte[] chunk, int offset, int length) throws E;
  }

  private static <E extends Exception> void forEachChunk(float[] values, ChunkSink<E> sink)
      throws E {
    byte[] chunk = new byte[CHUNK_FLOATS * Float.BYTES];
    for (int begin = 0; begin < values.length; begin += CHUNK_FLOATS) {
      int count = Math.min(CHUNK_FLOATS, values.length - begin);
      floats(chunk).put(values, begin, count);
      sink.accept(chunk, 0, count * Float.BYTES);
    }
  }

  private static FloatBuffer floats(byte[] chunk) {
    return ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }

  private static String bits(double value) {
    return Double.toHexString(value);
  }

  private static double fromBits(JsonNode parent, String key) throws IOException {
    try {
      return Double.parseDouble(parent.path(key).asText());
    } catch (NumberFormatException e) {
      throw new IOException("Training state has no number " + key, e);
    }
  }

  private static long number(JsonNode parent, String key) throws IOException {
    JsonNode value = parent.path(key);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new IOException("Training state has no whole number " + key);
    }
    return value.longValue();
  }

  private static JsonNode object(JsonNode parent, String key) throws IOException {
    JsonNode value = parent.path(key);
    if (!value.isObject()) {
      throw new IOException("Training state has no object " + key);
    }
    return value;
  }

  private static JsonNode parse(String json) throws IOException {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IOException("Training state is not JSON: " + e.getOriginalMessage(), e);
    }
  }
}
