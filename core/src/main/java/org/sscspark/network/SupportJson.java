package org.sscspark.network;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.util.StdConverter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.sscspark.config.BadInputException;
import org.sscspark.pattern.KernelType;
import org.sscspark.pattern.SscPattern;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;

/**
 * Supports as JSON. A pattern's slots are run-length encoded, a letter for each kernel type after
 * the length of its run: {@code O3ZE3Z}. An explicit support is a bitmap in little-endian bytes,
 * deflated, in Base64.
 */
final class SupportJson {
  private static final KernelType[] TYPES = KernelType.values();

  private SupportJson() {}

  /** Tells Jackson that a support is written and read as its text. */
  @JsonSerialize(converter = ToText.class)
  @JsonDeserialize(converter = FromText.class)
  interface MixIn {}

  /** A support as it is written. */
  private sealed interface Text {
    Support support();
  }

  private record PatternText(
      WeightShape shape, String slots, int shift, int phase, int inBlock, int outBlock)
      implements Text {
    static PatternText of(Support.Patterned support) {
      SscPattern pattern = support.pattern();
      return new PatternText(
          support.shape(),
          encode(pattern.slots()),
          pattern.shift(),
          pattern.phase(),
          pattern.inBlock(),
          pattern.outBlock());
    }

    @Override
    public Support support() {
      List<KernelType> types = SupportJson.slots(slots, shape);
      return new Support.Patterned(shape, new SscPattern(types, shift, phase, inBlock, outBlock));
    }
  }

  private record BitmapText(WeightShape shape, String bitmap) implements Text {
    static BitmapText of(Support.Explicit support) {
      return new BitmapText(support.shape(), encode(support.kept()));
    }

    @Override
    public Support support() {
      return new Support.Explicit(shape, decode(bitmap, shape));
    }
  }

  private static final class ToText extends StdConverter<Support, Object> {
    @Override
    public Object convert(Support support) {
      return support.<Text>accept(PatternText::of, BitmapText::of);
    }
  }

  private static final class FromText extends StdConverter<JsonNode, Support> {
    @Override
    public Support convert(JsonNode node) {
      try {
        Class<? extends Text> kind = node.has("bitmap") ? BitmapText.class : PatternText.class;
        return NetworkJson.MAPPER.treeToValue(node, kind).support();
      } catch (JsonProcessingException e) {
        throw new BadInputException("a support does not fit: " + e.getOriginalMessage(), e);
      }
    }
  }

  private static String encode(List<KernelType> slots) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < slots.size(); ) {
      int end = i;
      while (end < slots.size() && slots.get(end) == slots.get(i)) {
        end++;
      }
      text.append(end - i > 1 ? String.valueOf(end - i) : "").append(slots.get(i).name().charAt(0));
      i = end;
    }
    return text.toString();
  }

  private static List<KernelType> slots(String text, WeightShape shape) {
    List<KernelType> slots = new ArrayList<>();
    long run = 0;
    for (int i = 0; i < text.length(); i++) {
      char symbol = text.charAt(i);
      if (Character.isDigit(symbol)) {
        run = 10 * run + Character.digit(symbol, 10);
      } else {
        slots.addAll(Collections.nCopies((int) Math.max(1, run), type(symbol, text)));
        run = 0;
      }
      if (slots.size() + run > shape.size()) {
        throw new BadInputException(
            "Network description has slots '%.40s' of more kernels than weights of shape %s have"
                .formatted(text, shape));
      }
    }
    return slots;
  }

  private static KernelType type(char symbol, String text) {
    for (KernelType type : TYPES) {
      if (type.name().charAt(0) == symbol) {
        return type;
      }
    }
    throw new BadInputException(
        "Network description has slots '" + text + "' with '" + symbol + "', no kernel type");
  }

  private static String encode(BitSet kept) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(bytes)) {
      deflater.write(kept.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  /** No more is inflated than the weights have bits, whatever the text holds. */
  private static BitSet decode(String text, WeightShape shape) {
    int expected = (shape.size() + Byte.SIZE - 1) / Byte.SIZE;
    try (InflaterInputStream inflater =
        new InflaterInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(text)))) {
      byte[] bytes = inflater.readNBytes(expected + 1);
      if (bytes.length > expected) {
        throw new BadInputException(
            String.format(
                Locale.ROOT,
                "Network description has a bitmap of more than the %,d bits of weights of shape %s",
                shape.size(),
                shape));
      }
      return BitSet.valueOf(bytes);
    } catch (IOException | IllegalArgumentException e) {
      throw new BadInputException("Network description has a damaged bitmap: " + e.getMessage(), e);
    }
  }
}
