package org.sscspark.data.raw;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;

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

  /** The images of a class. */
  static List<LabelledFile> ofClass(String className, ClassContent content) {
    return content.images().stream().map(path -> new LabelledFile(className, path)).toList();
  }

  /** Returns whether a file's name says that it is an image that can be read. */
  static boolean isImage(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return !RawFiles.isHidden(name)
        && (lower.endsWith(".jpg")
            || lower.endsWith(".jpeg")
            || lower.endsWith(".png")
            || lower.endsWith(".bmp"));
  }

  @Override
  protected Optional<RawRecord> read() throws IOException {
    if (!labelled.hasNext()) {
      return Optional.empty();
    }
    LabelledFile file = labelled.next();
    return Optional.of(
        content == RawContent.IMAGES
            ? image(file)
            : RawRecord.labelled(file.className(), file.path().toString()));
  }

  private RawRecord image(LabelledFile file) throws IOException {
    String where = file.path().toString();
    long limit = files.limits().bytes();
    try (InputStream in = files.stored(file.path())) {
      byte[] image = in.readNBytes((int) limit + 1);
      if (image.length <= limit) {
        return new RawRecord(file.className(), where, image);
      }
      long bytes = files.fileSystem(file.path()).getFileStatus(file.path()).getLen();
      return RawRecord.unreadable(file.className(), where, RawRecord.tooLong(bytes, limit));
    } catch (FileNotFoundException | AccessControlException e) {
      // Local files without permission are "not found" as well.
      return RawRecord.unreadable(
          file.className(), where, "it cannot be opened: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    // Each file is closed when it has been read.
  }
}
