package org.sscspark.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The folders of a path that are not there yet, so that what is made below them and taken back
 * leaves none of them behind.
 *
 * @param innermostFirst the path, and those that it is in
 */
public record MissingFolders(FileSystem fileSystem, List<Path> innermostFirst) {
  public MissingFolders {
    innermostFirst = List.copyOf(innermostFirst);
  }

  /** Looks which folders of a path are missing now. */
  public static MissingFolders of(FileSystem fileSystem, Path folder) throws IOException {
    List<Path> missing = new ArrayList<>();
    Path near = folder;
    while (near != null && NewFolder.status(fileSystem, near).isEmpty()) {
      missing.add(near);
      near = near.getParent();
    }
    return new MissingFolders(fileSystem, missing);
  }

  /** Removes those that are there by now and hold nothing. */
  public void removeEmpty() throws IOException {
    for (Path folder : innermostFirst) {
      if (NewFolder.status(fileSystem, folder).isPresent()) {
        if (fileSystem.listStatus(folder).length > 0) {
          return;
        }
        fileSystem.delete(folder, /* recursive= */ false);
      }
    }
  }
}
