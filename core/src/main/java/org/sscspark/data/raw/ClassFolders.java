package org.sscspark.data.raw;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.sscspark.config.BadInputException;

/**
 * Finds the folder whose folders are the classes. Everything below a class folder belongs to the
 * class, however deep.
 */
final class ClassFolders {
  /** As a split, says that the classes are the folders of the location itself. */
  private static final String TOP = ".";

  private static final int DEEPEST_SPLIT = 4;
  private static final int NAMED = 5;

  private static final Set<String> SPLITS =
      Set.of(
          "train",
          "training",
          "test",
          "testing",
          "val",
          "valid",
          "validation",
          "dev",
          "eval",
          "holdout",
          "extra");

  private final FolderTree tree;

  private ClassFolders(FolderTree tree) {
    this.tree = tree;
  }

  /**
   * Returns the folder of the class folders.
   *
   * @param split its name, or its path from some folder on; empty to find it; "." for the top
   * @throws BadInputException if there is none, or more than one that could be it
   */
  static String root(FolderTree tree, String split) {
    ClassFolders folders = new ClassFolders(tree);
    if (split.isEmpty()) {
      return folders.found();
    }
    String root = split.equals(TOP) ? "" : folders.named(split);
    folders.requireClasses(root);
    return root;
  }

  /** Folders around the one of the classes, as archives have them, are entered. */
  private String found() {
    String root = "";
    while (!tree.hasImages(root)) {
      List<String> folders = tree.folders(root);
      if (folders.size() != 1) {
        break;
      }
      String only = FolderTree.child(root, folders.get(0));
      if (tree.hasImages(only)) {
        break;
      }
      root = only;
    }
    requireClasses(root);
    requireNoSplits(root);
    return root;
  }

  private String named(String split) {
    List<String> level = List.of("");
    List<String> candidates = new ArrayList<>();
    for (int depth = 0; depth < DEEPEST_SPLIT && !level.isEmpty(); depth++) {
      List<String> below = new ArrayList<>();
      for (String folder : level) {
        List<String> folders = tree.folders(folder);
        folders.forEach(name -> below.add(FolderTree.child(folder, name)));
        if (!folders.isEmpty() && !folder.isEmpty()) {
          candidates.add(folder);
        }
      }
      List<String> found =
          below.stream().filter(path -> ("/" + path).endsWith("/" + split)).toList();
      if (found.size() > 1) {
        throw new BadInputException(
            "%s has several folders '%s': %s; give more of the path with --split"
                .formatted(tree.location(), split, few(found)));
      }
      if (found.size() == 1) {
        return found.get(0);
      }
      level = below;
    }
    throw new BadInputException(
        "%s has no folder '%s' of classes; give a --split that is a folder there%s"
            .formatted(
                tree.location(),
                split,
                candidates.isEmpty() ? "" : ", as one of " + few(candidates)));
  }

  private void requireClasses(String root) {
    if (!tree.folders(root).isEmpty()) {
      return;
    }
    String where = root.isEmpty() ? tree.location() : tree.location() + "/" + root;
    if (tree.hasImages(root)) {
      throw new BadInputException(
          where
              + " holds images but no folders of classes; put the images of each class into a "
              + "folder of its name, or give a table of images and labels with --format parquet");
    }
    List<String> others = tree.otherFiles(root);
    List<String> archives = others.stream().filter(ClassFolders::isArchive).toList();
    if (!archives.isEmpty()) {
      throw new BadInputException(
          "%s holds archives (%s) instead of images; unpack each of them into a folder of its name"
              .formatted(where, few(archives)));
    }
    KnownFiles.requireNotPublished(where, others);
    throw new BadInputException(
        "%s has no folder of images for each class, only %s; image-folder expects CLASS/NAME.jpg"
            .formatted(where, others.isEmpty() ? "nothing" : few(others)));
  }

  private static boolean isArchive(String name) {
    return name.toLowerCase(Locale.ROOT)
        .matches(".*\\.(tar|tgz|zip|7z|rar|tar\\.(gz|bz2|xz|zst)|tbz2?|txz)");
  }

  /**
   * Refuses to take the splits of a data set for its classes: no folder holds an image itself, and
   * either all are named as splits are, or two of them have the same folders.
   */
  private void requireNoSplits(String root) {
    List<String> folders = tree.folders(root);
    Set<List<String>> contents = new HashSet<>();
    boolean alike = false;
    boolean splits = true;
    List<String> paths = new ArrayList<>();
    for (String name : folders) {
      String path = FolderTree.child(root, name);
      if (tree.hasImages(path)) {
        return;
      }
      List<String> below = tree.folders(path);
      alike |= below.size() > 1 && !contents.add(below);
      splits &= SPLITS.contains(name.toLowerCase(Locale.ROOT)) && !below.isEmpty();
      paths.add(path);
    }
    if (alike || splits) {
      throw new BadInputException(
          "%s has several folders of classes, %s; say which with --split%s"
              .formatted(
                  tree.location(),
                  few(paths),
                  root.isEmpty() ? ", or --split . if they are the classes" : ""));
    }
  }

  private static String few(List<String> names) {
    return names.size() <= NAMED
        ? names.toString()
        : names.subList(0, NAMED) + " and " + (names.size() - NAMED) + " more";
  }
}
