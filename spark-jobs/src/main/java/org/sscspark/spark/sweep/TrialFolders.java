package org.sscspark.spark.sweep;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.sscspark.spark.trial.TrialFolder;
import org.sscspark.storage.Storage;

/** The folders of a sweep's trials. */
final class TrialFolders {
  private TrialFolders() {}

  /** All there are. */
  static List<TrialFolder> below(SweepFolder folder) throws IOException {
    Path trials = new Path(folder.location() + "/trials");
    List<TrialFolder> folders = new ArrayList<>();
    try {
      for (FileStatus one :
          Storage.fileSystem(folder.configuration(), folder.location()).listStatus(trials)) {
        folders.add(new TrialFolder(folder.configuration(), one.getPath().toUri()));
      }
    } catch (FileNotFoundException e) {
      return List.of();
    }
    return folders;
  }

  /** The number in the name of a trial's folder. */
  static int number(Path folder) {
    return Integer.parseInt(folder.getName().split("-")[1]);
  }
}
