package org.sscspark.spark.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.sscspark.data.raw.RawContent;
import org.sscspark.data.raw.RawDataset;
import org.sscspark.data.raw.RawPart;
import org.sscspark.data.raw.RawRecords;

/** Opens raw data in tasks. */
public final class TaskRecords {
  private TaskRecords() {}

  /**
   * Opens the images of a part; they are closed when the task of this thread ends.
   *
   * @throws org.sscspark.config.BadInputException if the part is missing or damaged
   */
  public static RawRecords open(Configuration configuration, RawDataset raw, RawPart part)
      throws IOException {
    RawRecords records = raw.open(configuration, part, RawContent.IMAGES);
    TaskContext.get()
        .addTaskCompletionListener(
            context -> {
              try {
                records.close();
              } catch (IOException e) {
                throw new UncheckedIOException("Cannot close " + part, e);
              }
            });
    return records;
  }
}
