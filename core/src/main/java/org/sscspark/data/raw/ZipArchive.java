package org.sscspark.data.raw;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.utils.ChecksumVerifyingInputStream;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.storage.StoredInput;

/**
 * A zip archive; its index at the end says what it holds, so entries are passed over for nothing.
 */
final class ZipArchive extends Archive {
  private static final Charset DOS = Charset.forName("IBM437");
  private static final int LONGEST_LINK = 4096;

  private final ZipFile zip;
  private final Iterator<ZipArchiveEntry> entries;
  private ZipArchiveEntry current;
  private InputStream content;

  ZipArchive(RawFiles files, Path path) throws IOException {
    super(path);
    SeekableByteChannel channel =
        new Channel(files.stored(path), files.fileSystem(path).getFileStatus(path).getLen());
    try {
      // Local headers are not read here: they are all over the file, and say nothing new.
      zip = new ZipFile(channel, path.toString(), StandardCharsets.UTF_8.name(), true, true);
    } catch (IOException e) {
      channel.close();
      throw RawFiles.damaged(path.toString(), e);
    }
    if (zip.getFirstLocalFileHeaderOffset() > 0) {
      // It begins as an archive does, so that is not a program that unpacks what follows.
      zip.close();
      throw new BadInputException(
          path
              + " holds two archives, one behind the other, of which the index at its end knows the last alone; unpack each into a folder");
    }
    List<ZipArchiveEntry> all = Collections.list(zip.getEntries());
    try {
      ZipEnd.requireEntries(channel, all.size());
    } catch (IOException e) {
      zip.close();
      throw RawFiles.damaged(path.toString(), e);
    }
    entries = all.iterator();
  }

  @Override
  boolean isIndexed() {
    return true;
  }

  @Override
  Optional<ArchiveEntry> advance() throws IOException {
    if (content != null) {
      content.close();
      content = null;
    }
    if (!entries.hasNext()) {
      return Optional.empty();
    }
    current = entries.next();
    String name = name(current);
    if (current.isUnixSymlink()) {
      return Optional.of(
          ArchiveEntry.symbolicLink(
              name, new String(content(LONGEST_LINK), StandardCharsets.UTF_8)));
    }
    return Optional.of(
        ArchiveEntry.of(
            name,
            name.endsWith("/") ? ArchiveEntry.Type.FOLDER : ArchiveEntry.Type.FILE,
            current.getSize()));
  }

  /**
   * Some programs on Windows write their own separator, and not all of them say where they run.
   * With a slash beside it, a backslash may be part of a name.
   */
  private static String name(ZipArchiveEntry entry) {
    String name = decoded(entry);
    return entry.getPlatform() == ZipArchiveEntry.PLATFORM_FAT || !name.contains("/")
        ? name.replace('\\', '/')
        : name;
  }

  /**
   * Names without the flag for UTF-8 should be in a DOS code page, but several programs write UTF-8
   * there as well.
   */
  private static String decoded(ZipArchiveEntry entry) {
    if (entry.getGeneralPurposeBit().usesUTF8ForNames()
        || entry.getNameSource() == ZipArchiveEntry.NameSource.UNICODE_EXTRA_FIELD) {
      return entry.getName();
    }
    byte[] raw = entry.getRawName();
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw)).toString();
    } catch (CharacterCodingException e) {
      return new String(raw, DOS);
    }
  }

  @Override
  byte[] content(int length) throws IOException {
    if (content == null) {
      if (!zip.canReadEntryData(current)) {
        throw new BadInputException(
            position() + " is encrypted or packed by a method that is not supported; unpack it");
      }
      content =
          new ChecksumVerifyingInputStream(
              new CRC32(), zip.getInputStream(current), current.getSize(), current.getCrc());
    }
    return content.readNBytes(length);
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }

  /** A file of any file system, as the library reads one. */
  private static final class Channel implements SeekableByteChannel {
    private final StoredInput in;
    private final long size;
    private final byte[] buffer = new byte[1 << 16];
    private long position;
    private boolean open = true;

    Channel(StoredInput in, long size) {
      this.in = in;
      this.size = size;
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
      if (position >= size) {
        return -1;
      }
      int wanted = (int) Math.min(Math.min(to.remaining(), buffer.length), size - position);
      int count;
      try {
        in.seek(position);
        count = in.read(buffer, 0, wanted);
      } catch (IOException e) {
        throw StoredStream.failure(e);
      }
      if (count > 0) {
        to.put(buffer, 0, count);
        position += count;
      }
      return count;
    }

    @Override
    public int write(ByteBuffer from) {
      throw new UnsupportedOperationException("Archives are only read");
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public SeekableByteChannel position(long newPosition) {
      position = newPosition;
      return this;
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public SeekableByteChannel truncate(long newSize) {
      throw new UnsupportedOperationException("Archives are only read");
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public void close() throws IOException {
      open = false;
      in.close();
    }
  }
}
