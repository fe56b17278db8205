package org.sscspark.data.raw;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.apache.commons.compress.archivers.zip.ZipEncoding;
import org.apache.commons.compress.archivers.zip.ZipEncodingHelper;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.data.FileKind;

/** A tar archive, compressed or not. */
final class TarArchive extends Archive {
  /** Long names and attributes of one entry; real ones have some kilobytes. */
  private static final long HEADER_BYTES = 1 << 20;

  private final Budget budget;
  private final Headers tar;
  private boolean ended;

  private TarArchive(Path path, InputStream in) {
    super(path);
    this.budget = new Budget(in);
    this.tar = new Headers(budget);
  }

  static TarArchive open(RawFiles files, Path path, FileKind stored) throws IOException {
    InputStream in;
    try {
      in = files.open(path);
    } catch (IOException e) {
      throw RawFiles.damaged(path.toString(), e);
    }
    try {
      requireTar(in, path, stored);
      return new TarArchive(path, in);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private static void requireTar(InputStream in, Path path, FileKind stored) throws IOException {
    byte[] start;
    try {
      in.mark(TarConstants.DEFAULT_RCDSIZE);
      start = in.readNBytes(TarConstants.DEFAULT_RCDSIZE);
      in.reset();
    } catch (IOException e) {
      throw RawFiles.damaged(path.toString(), e);
    }
    FileKind kind = FileKind.of(start);
    boolean tar =
        start.length == TarConstants.DEFAULT_RCDSIZE
            && (kind == FileKind.TAR || isOldHeader(start) || isBlank(start));
    if (!tar) {
      throw new BadInputException(
          "%s is %s%s, no archive that can be read; give a folder, or a .tar, .tar.gz, .tar.bz2, "
                  .formatted(path, stored.words(), kind == stored ? "" : " around " + kind.words())
              + ".tar.xz, .tar.zst or .zip archive");
    }
  }

  /** The first tar format had no magic number, but a checksum. */
  private static boolean isOldHeader(byte[] header) {
    try {
      return TarUtils.verifyCheckSum(header);
    } catch (IllegalArgumentException e) {
      // Where the checksum should be is no number.
      return false;
    }
  }

  /** Two blocks of zeros end an archive, so one that begins with them is empty. */
  private static boolean isBlank(byte[] bytes) {
    for (byte value : bytes) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  boolean isIndexed() {
    return false;
  }

  @Override
  Optional<ArchiveEntry> advance() throws IOException {
    // Passed over here, so that the budget is for the header alone.
    while (tar.getCurrentEntry() != null && tar.skip(Long.MAX_VALUE) > 0) {
      // Each call passes over as much as the stream gives at once.
    }
    if (ended) {
      return Optional.empty();
    }
    TarArchiveEntry entry = budget.during(HEADER_BYTES, tar::next);
    if (entry == null) {
      ended = true;
      requireEnd();
      return Optional.empty();
    }
    if (!entry.isCheckSumOK()) {
      throw new IOException("no tar header follows " + position());
    }
    return Optional.of(converted(entry));
  }

  /**
   * Reads what follows the entries: zeros alone, and what a compression has to check at its end.
   */
  private void requireEnd() throws IOException {
    byte[] rest = new byte[TarConstants.DEFAULT_BLKSIZE];
    for (int length = budget.read(rest); length >= 0; length = budget.read(rest)) {
      for (int i = 0; i < length; i++) {
        if (rest[i] != 0) {
          throw new IOException("more follows its end, as where archives were joined");
        }
      }
    }
  }

  private ArchiveEntry converted(TarArchiveEntry entry) throws IOException {
    String name = text(TarArchiveEntry::getName);
    if (entry.isSymbolicLink()) {
      return ArchiveEntry.symbolicLink(name, text(TarArchiveEntry::getLinkName));
    }
    if (entry.isLink()) {
      return ArchiveEntry.hardLink(name, text(TarArchiveEntry::getLinkName));
    }
    if (entry.isDirectory()) {
      return ArchiveEntry.of(name, ArchiveEntry.Type.FOLDER, 0);
    }
    // The library takes all that is no folder for a file.
    boolean special = entry.isFIFO() || entry.isCharacterDevice() || entry.isBlockDevice();
    return ArchiveEntry.of(
        name,
        special || !entry.isFile() ? ArchiveEntry.Type.OTHER : ArchiveEntry.Type.FILE,
        entry.getRealSize());
  }

  /**
   * Reads the bytes of the entry's name, or of its target, as UTF-8. Those that are not stay a
   * character a byte, as in old archives. Never do two names become one.
   */
  private String text(Function<TarArchiveEntry, String> of) throws IOException {
    String name = of.apply(tar.getCurrentEntry());
    if (tar.isAttribute(of)) {
      return name;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(name.getBytes(StandardCharsets.ISO_8859_1)))
          .toString();
    } catch (CharacterCodingException e) {
      return name;
    }
  }

  @Override
  byte[] content(int length) throws IOException {
    return tar.readNBytes(length);
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }

  /**
   * The library's reader, which takes an archive that is cut within a header, or behind one of the
   * entry that follows, for one that ends.
   */
  private static final class Headers extends TarArchiveInputStream {
    private static final ZipEncoding BYTES =
        ZipEncodingHelper.getZipEncoding(StandardCharsets.ISO_8859_1.name());

    private static final int TYPE_AT = 156;

    private boolean zeros;
    private boolean attributes;
    private byte[] header;

    Headers(InputStream in) {
      super(
          in,
          // No more: what follows the end of the archive is read by requireEnd.
          TarConstants.DEFAULT_RCDSIZE,
          TarConstants.DEFAULT_RCDSIZE,
          // A byte a character, so that names can be looked at.
          StandardCharsets.ISO_8859_1.name(),
          false);
    }

    /** Moves to the next entry, or returns null. */
    TarArchiveEntry next() throws IOException {
      attributes = false;
      return getNextTarEntry();
    }

    /**
     * Whether a name of this entry is from a header of attributes (PAX), which the library has read
     * as UTF-8 already: then the entry's own header has another.
     */
    boolean isAttribute(Function<TarArchiveEntry, String> name) throws IOException {
      return attributes
          && !name.apply(getCurrentEntry())
              .equals(name.apply(new TarArchiveEntry(header, BYTES, /* lenient= */ true)));
    }

    @Override
    protected byte[] readRecord() throws IOException {
      byte[] block = super.readRecord();
      // The second block of zeros may be absent.
      if (block == null && !zeros) {
        throw new IOException("it ends without the zeros that end a tar archive");
      }
      zeros = block != null && isBlank(block);
      if (block != null) {
        byte type = block[TYPE_AT];
        attributes |=
            type == TarConstants.LF_PAX_EXTENDED_HEADER_LC
                || type == TarConstants.LF_PAX_EXTENDED_HEADER_UC;
        header = block;
      }
      return block;
    }
  }

  /** Something that reads. */
  @FunctionalInterface
  private interface Reading<T> {
    T read() throws IOException;
  }

  /** A stream that gives up when a header is longer than any real one. */
  private static final class Budget extends FilterInputStream {
    private long left = Long.MAX_VALUE;

    Budget(InputStream in) {
      super(in);
    }

    <T> T during(long bytes, Reading<T> reading) throws IOException {
      left = bytes;
      try {
        return reading.read();
      } finally {
        left = Long.MAX_VALUE;
      }
    }

    private long taken(long count) throws IOException {
      left -= Math.max(0, count);
      if (left < 0) {
        throw new IOException(
            String.format(
                Locale.ROOT, "the header of an entry is longer than %,d bytes", HEADER_BYTES));
      }
      return count;
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      taken(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return (int) taken(super.read(bytes, offset, length));
    }

    @Override
    public long skip(long count) throws IOException {
      return taken(super.skip(count));
    }
  }
}
