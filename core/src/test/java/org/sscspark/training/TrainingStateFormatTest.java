package org.sscspark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

class TrainingStateFormatTest {
  private static TrainingState state(
      Optional<BestScore> best, float[] parameters, float[] updater, float[] outer) {
    return new TrainingState(
        Long.MIN_VALUE,
        new TrainingProgress(3, 2, 17, 1L << 40, Long.MAX_VALUE),
        new Tally(0.1 + 0.2, 5, 9),
        best,
        parameters,
        updater,
        outer,
        new float[0]);
  }

  private static byte[] vectors(TrainingState state) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TrainingStateFormat.writeVectors(state, out);
    return out.toByteArray();
  }

  private static TrainingState read(String json, byte[] vectors) throws IOException {
    return TrainingStateFormat.read(json, new ByteArrayInputStream(vectors));
  }

  private static void assertSame(TrainingState actual, TrainingState expected) {
    assertThat(actual.seed()).isEqualTo(expected.seed());
    assertThat(actual.progress()).isEqualTo(expected.progress());
    assertThat(actual.epochTally()).isEqualTo(expected.epochTally());
    assertThat(actual.best()).isEqualTo(expected.best());
    assertThat(bits(actual.parameters())).isEqualTo(bits(expected.parameters()));
    assertThat(bits(actual.optimizerState())).isEqualTo(bits(expected.optimizerState()));
    assertThat(bits(actual.outerState())).isEqualTo(bits(expected.outerState()));
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
    return bits;
  }

  @Property(tries = 50)
  void whatIsReadHasTheBitsOfWhatWasWritten(
      @ForAll long seed,
      @ForAll @IntRange(max = 40_000) int parameters,
      @ForAll @IntRange(max = 20_000) int updater,
      @ForAll @IntRange(max = 100) int outer)
      throws IOException {
    RandomStream random = RandomStream.of(seed, Purpose.INITIALISATION);
    TrainingState state =
        state(
            Optional.of(new BestScore(random.nextDouble(), 4)),
            anyBits(random, parameters),
            anyBits(random, updater),
            anyBits(random, outer));
    assertSame(read(TrainingStateFormat.toJson(state), vectors(state)), state);
  }

  private static float[] anyBits(RandomStream random, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = Float.intBitsToFloat((int) random.nextLong());
    }
    return values;
  }

  @Test
  void keepsStrangeNumbers() throws IOException {
    float[] strange = {
      -0f, Float.MIN_VALUE, Float.NaN, Float.NEGATIVE_INFINITY, Float.intBitsToFloat(0x7fc00001)
    };
    TrainingState state = state(Optional.empty(), strange, new float[0], new float[0]);
    assertSame(read(TrainingStateFormat.toJson(state), vectors(state)), state);
  }

  @Test
  void readsTheFirstVersion() throws IOException {
    TrainingState state =
        state(Optional.empty(), new float[] {1}, new float[] {-2, 3}, new float[0]);
    String first =
        TrainingStateFormat.toJson(state)
            .replace("optimizerState", "updaterState")
            .replaceFirst("\"format\" : 2", "\"format\" : 1");
    assertThat(first).contains("updaterState", "\"format\" : 1");
    assertSame(read(first, vectors(state)), state);
  }

  @Test
  void vectorsAreLittleEndianOneAfterTheOther() throws IOException {
    TrainingState state =
        state(Optional.empty(), new float[] {1}, new float[] {-2}, new float[] {0.5f});
    assertThat(vectors(state)).containsExactly(0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 0, 0, 0, 0x3f);
  }

  @Test
  void noticesAFlippedBit() throws IOException {
    TrainingState state = state(Optional.empty(), new float[100], new float[50], new float[0]);
    byte[] vectors = vectors(state);
    vectors[4 * 120] ^= 1;
    assertThatThrownBy(() -> read(TrainingStateFormat.toJson(state), vectors))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("The vector optimizerState of a training state has checksum");
  }

  @Test
  void noticesMissingAndSurplusBytes() throws IOException {
    TrainingState state = state(Optional.empty(), new float[100], new float[50], new float[0]);
    byte[] vectors = vectors(state);
    String json = TrainingStateFormat.toJson(state);
    assertThatThrownBy(() -> read(json, Arrays.copyOf(vectors, 301)))
        .hasMessage("The vector parameters of a training state is cut short");
    assertThatThrownBy(() -> read(json, Arrays.copyOf(vectors, vectors.length + 1)))
        .hasMessage("The vectors of a training state are longer than it says");
  }

  @Test
  void rejectsWhatIsNoState() {
    assertThatThrownBy(() -> read("{", new byte[0]))
        .hasMessageStartingWith("Training state is not JSON");
    assertThatThrownBy(() -> read("{\"format\": 3}", new byte[0]))
        .hasMessage("Training state has format 3, this program reads up to 2");
    assertThatThrownBy(() -> read("{\"format\": 1, \"progress\": 3}", new byte[0]))
        .hasMessage("Training state has no object progress");
  }
}
