package org.sscspark.spark.sweep;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.sscspark.spark.trial.TrialFolder;
import org.sscspark.storage.Storage;

/** The folders of a sweep's trials. */
final class TrialFolders {
  /** As the driver names trials, and a trial its folder. */
  private static final Pattern NAME = Pattern.compile("trial-(\\d{4,9})-[0-9a-f]+");

  private TrialFolders() {}

  /** All there are, by the trials' numbers. What else lies beside them is nobody's trial. */
  static SortedMap<Integer, TrialFolder> below(SweepFolder folder) throws IOException {
    Path trials = new Path(folder.location() + "/trials");
    SortedMap<Integer, TrialFolder> folders = new TreeMap<>();
    try {
      for (FileStatus one :
          Storage.fileSystem(folder.configuration(), folder.location()).listStatus(trials)) {
        Matcher name = NAME.matcher(one.getPath().getName());
        if (name.matches()) {
          folders.put(
              Integer.valueOf(name.group(1)),
              new TrialFolder(folder.configuration(), one.getPath().toUri()));
        }
      }
    } catch (FileNotFoundException e) {
      return new TreeMap<>();
    }
    return folders;
  }
}
