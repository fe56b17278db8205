package org.sscspark.data.raw;

import java.util.List;
import java.util.regex.Pattern;
import org.sscspark.config.BadInputException;

/**
 * Published data sets in a version that no format here reads, known by the names of their files.
 */
final class KnownFiles {
  private static final List<KnownFile> KNOWN =
      List.of(
          new KnownFile(
              "data_batch_\\d+|batches\\.meta|test_batch",
              "is the Python version of CIFAR-10; fetch the binary version, "
                  + "cifar-10-binary.tar.gz, and read it with --format cifar10"),
          new KnownFile(
              "data_batch_\\d+\\.mat|batches\\.meta\\.mat|test_batch\\.mat",
              "is the MATLAB version of CIFAR-10; fetch the binary version, "
                  + "cifar-10-binary.tar.gz, and read it with --format cifar10"),
          new KnownFile(
              "data_batch_\\d+\\.bin|test_batch\\.bin",
              "is the binary version of CIFAR-10; read it with --format cifar10"),
          new KnownFile(
              "fine_label_names\\.txt",
              "is the binary version of CIFAR-100; read it with --format cifar100"),
          new KnownFile(
              "(train|test|meta)(\\.mat)?",
              "looks like the Python or MATLAB version of CIFAR-100; fetch the binary version, "
                  + "cifar-100-binary.tar.gz, and read it with --format cifar100"),
          new KnownFile(
              ".*[-.]idx[13]-ubyte(\\.gz)?", "holds IDX files; read them with --format idx"),
          new KnownFile(
              "(?i).*\\.parquet", "holds Parquet files; read them with --format parquet"));

  private record KnownFile(Pattern name, String remedy) {
    KnownFile(String name, String remedy) {
      this(Pattern.compile(name), remedy);
    }
  }

  private KnownFiles() {}

  /**
   * Recognises a published data set by its files.
   *
   * @param where the folder or archive
   * @param names the files' names without their folders
   * @throws BadInputException saying what it is, and what to do
   */
  static void requireNotPublished(String where, List<String> names) {
    for (KnownFile known : KNOWN) {
      if (names.stream().anyMatch(name -> known.name().matcher(name).matches())) {
        throw new BadInputException(where + " " + known.remedy());
      }
    }
  }
}
