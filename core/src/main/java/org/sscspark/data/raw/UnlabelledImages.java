package org.sscspark.data.raw;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.data.DatasetSource;
import org.sscspark.data.PassedOver;
import org.sscspark.data.ReadLimits;
import org.sscspark.storage.Storage;

/**
 * Image files whose folders say nothing: those of a folder and of all folders below it, in the
 * order of their paths, or those of an archive, or a single file. They are records of a class
 * without a name.
 *
 * @param files the images
 * @param passedOver what lies beside them
 */
public record UnlabelledImages(
    DatasetSource source, ReadLimits limits, List<String> files, List<PassedOver> passedOver)
    implements RawDataset {
  private static final String FORMAT = "images";
  private static final int FILES_PER_PART = 256;

  /**
   * Looks for images.
   *
   * @throws BadInputException if there are none, or an archive is damaged
   */
  public static RawDataset open(Configuration configuration, URI location, ReadLimits limits) {
    RawFiles files = new RawFiles(configuration, limits);
    FileStatus status = files.status(location, "give a data set, images or a table with --data");
    Path path = status.getPath();
    DatasetSource source = new DatasetSource(FORMAT, path.toString(), "", "");
    if (status.isFile() && ImageFiles.isImage(path.getName())) {
      return new UnlabelledImages(source, limits, List.of(path.toString()), List.of());
    }
    if (status.isFile()) {
      return ofArchive(files, path, source);
    }
    ClassContent content = ClassContent.of(files, path);
    List<PassedOver> passedOver = content.passedOver().kinds();
    requireImages(path, content.images().size(), passedOver);
    return new UnlabelledImages(
        source, limits, content.images().stream().map(Path::toString).toList(), passedOver);
  }

  /** Returns the first image in a folder and all folders below it, if there is one. */
  public static Optional<String> first(Configuration configuration, URI folder) {
    RawFiles files = new RawFiles(configuration, ReadLimits.standard());
    return ClassContent.of(files, Storage.path(folder)).images().stream()
        .findFirst()
        .map(Path::toString);
  }

  private static RawDataset ofArchive(RawFiles files, Path path, DatasetSource source) {
    try {
      ArchiveIndex index = ArchiveIndex.of(files, path);
      RawCount count = index.countAll();
      requireImages(path, count.images().get(""), count.passedOver());
      return ImageArchive.of(index, files.limits(), source, new PathLabels.None(), count);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + path, e);
    }
  }

  private static void requireImages(Path where, long images, List<PassedOver> passedOver) {
    if (images > 0) {
      return;
    }
    String others =
        passedOver.stream()
            .map(kind -> String.format(Locale.ROOT, "%,d %s", kind.count(), kind.kind()))
            .collect(Collectors.joining(", "));
    throw new BadInputException(
        "%s holds no JPEG, PNG or BMP images, only %s; give a folder or an archive of images"
            .formatted(where, others.isEmpty() ? "nothing" : others));
  }

  @Override
  public Optional<List<String>> classes() {
    return Optional.empty();
  }

  @Override
  public List<RawPart> parts() {
    List<RawPart> parts = new ArrayList<>();
    for (int first = 0; first < files.size(); first += FILES_PER_PART) {
      int end = Math.min(files.size(), first + FILES_PER_PART);
      parts.add(new RawPart(source.location(), first, end));
    }
    return parts;
  }

  @Override
  public RawCount count(Configuration configuration, RawPart part) {
    SortedMap<String, Long> counts = new TreeMap<>();
    counts.put("", part.end() - part.first());
    return new RawCount(counts, part.first() == 0 ? passedOver : List.of());
  }

  @Override
  public RawRecords open(Configuration configuration, RawPart part, RawContent content) {
    return new ImageFiles(
        new RawFiles(configuration, limits),
        files.subList((int) part.first(), (int) part.end()).stream()
            .map(file -> new ImageFiles.LabelledFile("", new Path(file)))
            .iterator(),
        content);
  }
}
