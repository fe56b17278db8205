package org.sscspark.data.raw;

import java.util.List;

/** Folders and images of a raw data set, in a file system or an archive; "" is the top. */
interface FolderTree {
  /** The top, for messages. */
  String location();

  /** The names of the visible folders in a folder, sorted. */
  List<String> folders(String folder);

  /** Whether a folder holds an image that is in no folder below. */
  boolean hasImages(String folder);

  /** The names of other files in a folder; only some if there are many. */
  List<String> otherFiles(String folder);

  /** Joins the path of a folder and a name in it. */
  static String child(String folder, String name) {
    return folder.isEmpty() ? name : folder + "/" + name;
  }
}
