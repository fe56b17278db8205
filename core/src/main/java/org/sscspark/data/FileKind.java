package org.sscspark.data;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a file is by its first bytes, whatever its name says. */
public enum FileKind {
  JPEG("a JPEG image", 0, 0xFF, 0xD8),
  PNG("a PNG image", 0, 0x89, 'P', 'N', 'G'),
  BMP("a BMP image", 0, 'B', 'M'),
  GIF("a GIF image", 0, 'G', 'I', 'F', '8'),
  WEBP("a WebP image", 8, 'W', 'E', 'B', 'P'),
  TIFF("a TIFF image", 0, 'I', 'I', 42, 0),
  BIG_ENDIAN_TIFF("a TIFF image", 0, 'M', 'M', 0, 42),
  AVIF("an AVIF image", 4, 'f', 't', 'y', 'p', 'a', 'v', 'i', 'f'),
  HEIC("a HEIC image", 4, 'f', 't', 'y', 'p', 'h', 'e', 'i', 'c'),
  JPEG_2000("a JPEG 2000 image", 4, 'j', 'P', ' ', ' '),
  GZIP("a gzip file", 0, 0x1F, 0x8B),
  BZIP2("a bzip2 file", 0, 'B', 'Z', 'h'),
  XZ("an xz file", 0, 0xFD, '7', 'z', 'X', 'Z', 0),
  ZSTD("a Zstandard file", 0, 0x28, 0xB5, 0x2F, 0xFD),
  ZIP("a zip archive", 0, 'P', 'K', 3, 4),
  EMPTY_ZIP("a zip archive without files", 0, 'P', 'K', 5, 6),
  TAR("a tar archive", 257, 'u', 's', 't', 'a', 'r'),
  SEVEN_ZIP("a 7z archive", 0, '7', 'z', 0xBC, 0xAF, 0x27, 0x1C),
  RAR("a RAR archive", 0, 'R', 'a', 'r', '!'),
  PARQUET("a Parquet file", 0, 'P', 'A', 'R', '1'),
  HDF5("an HDF5 file", 0, 0x89, 'H', 'D', 'F'),
  NUMPY("a NumPy array", 0, 0x93, 'N', 'U', 'M', 'P', 'Y'),
  MATLAB("a MATLAB file", 0, 'M', 'A', 'T', 'L', 'A', 'B'),
  PDF("a PDF document", 0, '%', 'P', 'D', 'F'),
  // Protocol 2 and later; published data sets have 2.
  PICKLE("a Python pickle", 0, 0x80, 2),
  PICKLE_3("a Python pickle", 0, 0x80, 3),
  PICKLE_4("a Python pickle", 0, 0x80, 4),
  EMPTY("empty", 0),
  WEB_PAGE("a web page or XML", 0),
  TEXT("text", 0),
  UNKNOWN("of a kind that is not known", 0);

  /** So many bytes from the start tell the kind. */
  public static final int PROBE_BYTES = 512;

  private final String words;
  private final int offset;

  /** A character a byte. */
  private final String magic;

  FileKind(String words, int offset, int... magic) {
    this.words = words;
    this.offset = offset;
    this.magic = new String(magic, 0, magic.length);
  }

  /** Returns the kind of a file that begins with these bytes, or is all of them. */
  public static FileKind of(byte[] start) {
    if (start.length == 0) {
      return EMPTY;
    }
    return Arrays.stream(values())
        .filter(kind -> kind.begins(start))
        .findFirst()
        .orElseGet(() -> withoutMagic(start));
  }

  private boolean begins(byte[] start) {
    if (magic.isEmpty() || start.length < offset + magic.length()) {
      return false;
    }
    for (int i = 0; i < magic.length(); i++) {
      if ((start[offset + i] & 0xFF) != magic.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static FileKind withoutMagic(byte[] start) {
    ByteBuffer bytes = ByteBuffer.wrap(start, 0, Math.min(start.length, PROBE_BYTES));
    CharBuffer text = CharBuffer.allocate(PROBE_BYTES);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    // A character may be cut in two at the end.
    boolean decodes = !decoder.decode(bytes, text, false).isError();
    String words = text.flip().toString();
    boolean printable =
        words.chars().allMatch(c -> !Character.isISOControl(c) || Character.isWhitespace(c));
    if (!decodes || !printable) {
      return UNKNOWN;
    }
    return words.stripLeading().startsWith("<") ? WEB_PAGE : TEXT;
  }

  /** The kind in words that follow "it is". */
  public String words() {
    return words;
  }
}
