package org.sscspark.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A local file system whose files have one name each: exFAT, CIFS, many a mount of a container. */
class LinklessDiskTest {
  @TempDir private java.nio.file.Path temporary;
  private FileSystem disk;
  private Path target;

  @BeforeEach
  void open() throws IOException {
    disk = DurableFile.plain(FileSystem.getLocal(new Configuration()));
    target = path("target");
  }

  private Path path(String name) {
    return new Path(temporary.resolve(name).toUri());
  }

  private Renames renames(boolean unsupported) {
    return Renames.of(
        disk,
        (link, existing) -> {
          if (unsupported) {
            throw new UnsupportedOperationException("No links");
          }
          throw new FileSystemException(
              link.toString(), existing.toString(), "Operation not permitted");
        });
  }

  private void publish(Renames renames, String content) throws IOException {
    Path draft = path(".tmp-" + content);
    new TextFiles(disk, path("")).write(draft.getName(), content);
    new Publication(disk, renames)
        .publish(draft, target, place -> read().equals(Optional.of(content)));
  }

  private Optional<String> read() throws IOException {
    return new TextFiles(disk, path("")).read("target");
  }

  /** Kind: one system call that a file system lacks, by which it could not be used at all. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsPublishedReplacesNothing(boolean unsupported) throws IOException {
    publish(renames(unsupported), "first");
    assertThat(read()).contains("first");
    assertThatThrownBy(() -> publish(renames(unsupported), "second"))
        .isInstanceOf(PublicationConflictException.class);
    assertThat(read()).contains("first");
    assertThat(temporary).isDirectoryNotContaining("glob:**/.tmp-*");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whyItCannotBeMovedIsTold(boolean unsupported) throws IOException {
    publish(renames(unsupported), "first");
    assertThat(renames(unsupported).toNew(target, path("none/target")))
        .hasValueSatisfying(e -> assertThat(e).isInstanceOf(NoSuchFileException.class));
    assertThat(read()).contains("first");
  }
}
