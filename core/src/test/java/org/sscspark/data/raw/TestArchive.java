package org.sscspark.data.raw;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/** Files, folders and links that become a tar archive, a zip archive, or a folder. */
public final class TestArchive {
  private final List<Entry> entries = new ArrayList<>();

  private enum Type {
    FILE,
    FOLDER,
    SYMBOLIC_LINK,
    HARD_LINK,
    LONG_NAME
  }

  private record Entry(Type type, String name, byte[] content) {
    String target() {
      return new String(content, StandardCharsets.UTF_8);
    }
  }

  public TestArchive file(String name, byte[] content) {
    entries.add(new Entry(Type.FILE, name, content));
    return this;
  }

  public TestArchive folder(String name) {
    entries.add(new Entry(Type.FOLDER, name, new byte[0]));
    return this;
  }

  public TestArchive link(String name, String target) {
    entries.add(new Entry(Type.SYMBOLIC_LINK, name, target.getBytes(StandardCharsets.UTF_8)));
    return this;
  }

  public TestArchive hardLink(String name, String target) {
    entries.add(new Entry(Type.HARD_LINK, name, target.getBytes(StandardCharsets.UTF_8)));
    return this;
  }

  /** GNU's header of a long name, in a tar archive only. */
  TestArchive longName(int bytes) {
    entries.add(new Entry(Type.LONG_NAME, "././@LongLink", new byte[bytes]));
    return this;
  }

  public byte[] tar() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
      tar.setAddPaxHeadersForNonAsciiNames(true);
      for (Entry entry : entries) {
        tar.putArchiveEntry(header(entry));
        if (entry.type() == Type.FILE || entry.type() == Type.LONG_NAME) {
          tar.write(entry.content());
        }
        tar.closeArchiveEntry();
      }
    }
    return out.toByteArray();
  }

  private static TarArchiveEntry header(Entry entry) {
    return switch (entry.type()) {
      case FILE -> {
        TarArchiveEntry file = new TarArchiveEntry(entry.name());
        file.setSize(entry.content().length);
        yield file;
      }
      case FOLDER -> new TarArchiveEntry(entry.name() + "/");
      case SYMBOLIC_LINK -> link(entry, TarConstants.LF_SYMLINK);
      case HARD_LINK -> link(entry, TarConstants.LF_LINK);
      case LONG_NAME -> {
        TarArchiveEntry name = new TarArchiveEntry(entry.name(), TarConstants.LF_GNUTYPE_LONGNAME);
        name.setSize(entry.content().length);
        yield name;
      }
    };
  }

  private static TarArchiveEntry link(Entry entry, byte type) {
    TarArchiveEntry link = new TarArchiveEntry(entry.name(), type);
    link.setLinkName(entry.target());
    return link;
  }

  public byte[] zip() throws IOException {
    return zip(StandardCharsets.UTF_8);
  }

  /** Names in another charset come without the flag that says that they are UTF-8. */
  byte[] zip(Charset names) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(out)) {
      zip.setEncoding(names.name());
      zip.setUseLanguageEncodingFlag(names.equals(StandardCharsets.UTF_8));
      for (Entry entry : entries) {
        ZipArchiveEntry header =
            new ZipArchiveEntry(entry.type() == Type.FOLDER ? entry.name() + "/" : entry.name());
        if (entry.type() == Type.SYMBOLIC_LINK) {
          header.setUnixMode(0120777);
        }
        zip.putArchiveEntry(header);
        zip.write(entry.content());
        zip.closeArchiveEntry();
      }
    }
    return out.toByteArray();
  }

  /** Unpacks into a folder, as tar does. */
  public void unpack(Path folder) throws IOException {
    for (Entry entry : entries) {
      Path path = folder.resolve(entry.name());
      Files.createDirectories(path.getParent());
      switch (entry.type()) {
        case FILE -> Files.write(path, entry.content());
        case FOLDER -> Files.createDirectories(path);
        case SYMBOLIC_LINK -> Files.createSymbolicLink(path, Path.of(entry.target()));
        case LONG_NAME -> throw new UnsupportedOperationException("Only tar has such headers");
        case HARD_LINK -> Files.createLink(path, folder.resolve(entry.target()));
      }
    }
  }

  /** Makes a compressor's output stream. */
  @FunctionalInterface
  interface Compressor {
    OutputStream around(OutputStream out) throws IOException;
  }

  static byte[] packed(byte[] bytes, Compressor compressor) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream compressed = compressor.around(out)) {
      compressed.write(bytes);
    }
    return out.toByteArray();
  }
}
