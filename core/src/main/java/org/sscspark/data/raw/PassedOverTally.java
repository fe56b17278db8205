package org.sscspark.data.raw;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.sscspark.data.PassedOver;

/** Counts what is passed over by kind; the result does not depend on the order of counting. */
public final class PassedOverTally {
  /** Numbers after the last dot are not a type of files. */
  private static final Pattern EXTENSION = Pattern.compile("\\.[a-z][a-z0-9_-]{0,9}");

  static final String HIDDEN_FILE = "hidden file";
  static final String HIDDEN_FOLDER = "hidden folder";
  static final String DANGLING_LINK = "dangling link";
  static final String SPECIAL_FILE = "special file";
  static final String ABSENT = "file that is not there";
  static final String UNLISTED = "image that no list gives a class";

  private final TreeMap<String, PassedOver> kinds = new TreeMap<>();

  /** Counts a file by its extension. */
  void addFile(String name, String where) {
    add(kind(name), where);
  }

  /** Counts an image that is in no class. */
  void addOutside(String name, String where) {
    add(kind(name) + " beside the class folders", where);
  }

  private static String kind(String name) {
    String extension = name.substring(Math.max(0, name.lastIndexOf('.'))).toLowerCase(Locale.ROOT);
    return EXTENSION.matcher(extension).matches() ? extension : "no extension";
  }

  /** Counts what a listing hides. */
  void addUnseen(FolderListing listing) {
    listing.hiddenFiles().forEach(file -> add(HIDDEN_FILE, file.toString()));
    listing.hiddenFolders().forEach(folder -> add(HIDDEN_FOLDER, folder.toString()));
    listing.dangling().forEach(link -> add(DANGLING_LINK, link.toString()));
    listing.special().forEach(file -> add(SPECIAL_FILE, file.toString()));
  }

  void add(String kind, String where) {
    add(new PassedOver(kind, 1, where));
  }

  /** Adds what another tally has counted. */
  public void addAll(Collection<PassedOver> others) {
    others.forEach(this::add);
  }

  private void add(PassedOver more) {
    kinds.merge(
        more.kind(),
        more,
        (a, b) ->
            new PassedOver(
                a.kind(),
                a.count() + b.count(),
                a.example().compareTo(b.example()) <= 0 ? a.example() : b.example()));
  }

  /** What was counted, sorted by kind. */
  public List<PassedOver> kinds() {
    return List.copyOf(kinds.values());
  }
}
