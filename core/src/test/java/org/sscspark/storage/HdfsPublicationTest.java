package org.sscspark.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.sscspark.storage.FaultyFileSystem.Fault;

/** The same with the renames of HDFS, and what they save. */
class HdfsPublicationTest extends PublicationTest {
  private static final List<String> ONE_FILE = List.of("create", "write", "close", "rename");

  @Override
  FileSystem fileSystem() throws IOException {
    return FaultyHdfs.healthy();
  }

  @Override
  FileSystem faulty(FaultyFileSystem faulty) {
    return FaultyHdfs.over(faulty);
  }

  /** Whose rename has succeeded has published: nothing comes after it. */
  @Override
  int leastOperationsAfter() {
    return 0;
  }

  private FaultyFileSystem counting() {
    return new FaultyFileSystem(fileSystem, Fault.RACE, Integer.MAX_VALUE);
  }

  @Test
  void aFileAppearsOrIsReplacedByOneRenameAndNothingIsLookedAt() throws IOException {
    Path place = newPlace();
    FaultyFileSystem first = counting();
    new TextFiles(FaultyHdfs.over(first), new Path(place, "new")).writeNew("a", "1");
    assertThat(first.operations()).isEqualTo(ONE_FILE);
    FaultyFileSystem second = counting();
    new TextFiles(FaultyHdfs.over(second), new Path(place, "new")).write("a", "2");
    assertThat(second.operations()).isEqualTo(ONE_FILE);
    assertThat(new TextFiles(fileSystem, new Path(place, "new")).read("a")).contains("2");
  }

  @Test
  void aRenameThatThrowsAfterItWasDoneHasPublished() throws IOException {
    Path place = newPlace();
    int rename = ONE_FILE.indexOf("rename");
    FaultyFileSystem created = new FaultyFileSystem(fileSystem, Fault.ANSWER_LOST, rename);
    new TextFiles(FaultyHdfs.over(created), place).writeNew("a", "1");
    assertThat(created.fired()).isTrue();
    FaultyFileSystem replaced = new FaultyFileSystem(fileSystem, Fault.ANSWER_LOST, rename);
    new TextFiles(FaultyHdfs.over(replaced), place).write("a", "2");
    assertThat(replaced.fired()).isTrue();
    assertThat(new TextFiles(fileSystem, place).read("a")).contains("2");
    assertThat(names(place)).containsExactly("a");
  }

  @Test
  void aRenameThatThrowsBeforeItWasDoneHasPublishedNothing() throws IOException {
    Path place = newPlace();
    TextFiles healthy = new TextFiles(fileSystem, place);
    int rename = ONE_FILE.indexOf("rename");
    assertThatThrownBy(() -> refusing(place, rename).writeNew("a", "1"))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(PublicationConflictException.class)
        .hasMessageStartingWith("Cannot publish ");
    assertThat(names(place)).isEmpty();
    healthy.write("a", "old");
    assertThatThrownBy(() -> refusing(place, rename).write("a", "new"))
        .hasMessageStartingWith("Injected failure ");
    assertThat(healthy.read("a")).contains("old");
    assertThat(names(place)).containsExactly("a");
  }

  private TextFiles refusing(Path place, int operation) {
    return new TextFiles(
        FaultyHdfs.over(new FaultyFileSystem(fileSystem, Fault.REFUSED, operation)), place);
  }

  /** Neither replaced nor moved into, whichever of the two it is. */
  @Test
  void aRivalsFileOrFolderAtTheLastMomentStays() throws IOException {
    for (Kind rivals : Kind.values()) {
      Path place = newPlace();
      int rename = ONE_FILE.indexOf("rename");
      FaultyFileSystem racing =
          new FaultyFileSystem(
              fileSystem,
              Fault.RACE,
              rename,
              () -> attempt(rivals, fileSystem, place, "rival", List.of()));
      assertThatThrownBy(() -> Kind.FILE.publish(FaultyHdfs.over(racing), place, "first"))
          .isInstanceOf(PublicationConflictException.class);
      assertThat(read(fileSystem, rivals.content(new Path(place, Kind.NAME)))).contains("rival");
      assertThat(names(place)).containsExactly(Kind.NAME);
    }
  }

  /** As a program that does not know of HDFS's renames leaves it when it dies in the middle. */
  @Test
  void whatHadStillItsFormerNameIsFoundAndReplaced() throws IOException {
    Path place = newPlace();
    TextFiles files = new TextFiles(fileSystem, place);
    files.write("a", "old");
    fileSystem.rename(new Path(place, "a"), Publication.previous(new Path(place, "a")));
    assertThat(files.read("a")).contains("old");
    assertThat(files.names()).containsExactly("a");
    files.write("a", "new");
    assertThat(files.read("a")).contains("new");
    assertThat(files.names()).containsExactly("a");
    files.delete("a");
    assertThat(files.read("a")).isEmpty();
    assertThat(names(place)).isEmpty();
  }
}
