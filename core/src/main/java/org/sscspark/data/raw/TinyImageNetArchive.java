package org.sscspark.data.raw;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.data.DatasetSource;

/** Tiny ImageNet as it is published, in an archive. Its images are in the order of the archive. */
final class TinyImageNetArchive {
  private static final String CLASSES = TinyImageNet.CLASSES;
  private static final String VALIDATION = "val/" + TinyImageNet.ANNOTATIONS;
  private static final String IMAGES = "val/images";
  private static final int TEXT_BYTES = 1 << 24;

  private TinyImageNetArchive() {}

  static ImageArchive open(RawFiles files, Path path, String split) throws IOException {
    boolean validation =
        switch (split) {
          case "", "train" -> false;
          case "val" -> true;
          default -> throw TinyImageNet.noSplit(split);
        };
    ArchiveIndex index = ArchiveIndex.of(files, path);
    Map<String, String> texts = texts(files, path, index.links());
    String wnids = find(texts, CLASSES, path);
    String top = ArchiveEntry.parent(wnids);
    List<String> classes =
        ClassNames.of(texts.get(wnids), path + "!" + wnids).stream().sorted().toList();
    String root = FolderTree.child(top, validation ? IMAGES : "train");
    PathLabels labels =
        validation
            ? validation(texts, find(texts, FolderTree.child(top, VALIDATION), path), root, classes)
            : new PathLabels.ByFolder(root, new HashSet<>(classes));
    if (!validation) {
      TinyImageNet.requireListed(index.folders(root), classes, path + "!" + root + "/");
    }
    RawCount count = index.count(labels, classes, root);
    long images = count.images().values().stream().mapToLong(Long::longValue).sum();
    if (labels instanceof PathLabels.ByList list && images < list.classes().size()) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s lists %,d images in %s, but has %,d of them; fetch it again",
              path,
              list.classes().size(),
              VALIDATION,
              images));
    }
    return ImageArchive.of(
        index,
        files.limits(),
        new DatasetSource("tiny-imagenet", path.toString(), split, ""),
        labels,
        count);
  }

  private static PathLabels validation(
      Map<String, String> texts, String file, String images, List<String> classes) {
    Map<String, String> byName = new HashMap<>();
    TinyImageNet.annotations(texts.get(file), classes, file)
        .forEach(one -> byName.put(one.file(), one.className()));
    return PathLabels.ByList.of(images, byName);
  }

  /** The lists in the archive by their paths. */
  private static Map<String, String> texts(RawFiles files, Path path, Links links)
      throws IOException {
    Map<String, String> texts = new HashMap<>();
    try (Archive archive = Archive.open(files, path)) {
      Optional<ArchiveEntry> entry = archive.next();
      while (entry.isPresent()) {
        if (entry.get().type() == ArchiveEntry.Type.FILE) {
          List<String> lists =
              links.paths(entry.get().path()).stream().filter(TinyImageNetArchive::isList).toList();
          if (!lists.isEmpty()) {
            String text = new String(archive.read(TEXT_BYTES), StandardCharsets.UTF_8);
            lists.forEach(list -> texts.put(list, text));
          }
        }
        entry = archive.next();
      }
    }
    return new TreeMap<>(texts);
  }

  private static boolean isList(String path) {
    return !ArchiveEntry.isHidden(path)
        && (("/" + path).endsWith("/" + CLASSES) || ("/" + path).endsWith("/" + VALIDATION));
  }

  private static String find(Map<String, String> texts, String name, Path path) {
    return texts.keySet().stream()
        .filter(file -> ("/" + file).endsWith("/" + name))
        .findFirst()
        .orElseThrow(
            () ->
                new BadInputException(
                    "%s has no file %s; give the archive or the folder tiny-imagenet-200"
                        .formatted(path, name)));
  }
}
