package org.sscspark.report;

import java.util.List;
import java.util.function.Supplier;

/**
 * Where long work says how far it is. Whether that becomes a line redrawn on a terminal, plain
 * lines in a log or nothing is decided by whoever started the work.
 */
public interface Progress {
  /** Says nothing to anybody. */
  Progress SILENT =
      (name, total, unit) ->
          new Stage() {
            @Override
            public void at(long done, Supplier<String> detail, Supplier<List<String>> lines) {}

            @Override
            public void close() {}
          };

  /**
   * Begins a stage of the work; close it when it ends, also when it fails.
   *
   * @param name what is being done, as in "epoch 3/160"
   * @param total how many units there are, 0 if that is not known
   * @param unit what is counted, in the plural, as in "images"
   */
  Stage start(String name, long total, String unit);

  /** One stage under way. Any thread may report; reports are cheap, most are not shown. */
  interface Stage extends AutoCloseable {
    /**
     * Reports what takes time to put into words; asked for only where it is shown, be it later.
     *
     * @param done units done since the stage began
     * @param detail what else is worth knowing now, as in "loss 1.23"; may be empty
     * @param lines what a terminal shows in the detail's place; none if that will do
     */
    void at(long done, Supplier<String> detail, Supplier<List<String>> lines);

    /** As {@link #at(long, Supplier, Supplier)}, with a detail that is there anyway. */
    default void at(long done, String detail) {
      at(done, () -> detail, List::of);
    }

    /** Corrects how many units there are, because some will never come. */
    default void total(long units) {}

    /** Ends the stage, whether its work was completed or not. */
    @Override
    void close();
  }
}
