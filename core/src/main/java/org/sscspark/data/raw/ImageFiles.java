package org.sscspark.data.raw;

import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/** Records that are image files in folders. */
final class ImageFiles extends RawRecords {
  private final RawFiles files;
  private final Iterator<LabelledFile> labelled;
  private final RawContent content;

  ImageFiles(RawFiles files, Iterator<LabelledFile> labelled, RawContent content) {
    this.files = files;
    this.labelled = labelled;
    this.content = content;
  }

  /** A file and its class. */
  record LabelledFile(String className, Path path) {}

  /** Returns whether a file's name says that it is an image. */
  static boolean isImage(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return !RawFiles.isHidden(name)
        && (lower.endsWith(".jpg") || lower.endsWith(".jpeg") || lower.endsWith(".png"));
  }

  @Override
  protected Optional<RawRecord> read() throws IOException {
    if (!labelled.hasNext()) {
      return Optional.empty();
    }
    LabelledFile file = labelled.next();
    byte[] image = content == RawContent.IMAGES ? bytes(file.path()) : new byte[0];
    return Optional.of(new RawRecord(file.className(), file.path().toString(), image));
  }

  private byte[] bytes(Path path) throws IOException {
    try (InputStream in = files.fileSystem(path).open(path)) {
      return in.readAllBytes();
    }
  }

  @Override
  public void close() {
    // Each file is closed when it has been read.
  }
}
