package org.sscspark.spark.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DFSOpsCountStatistics;
import org.apache.hadoop.hdfs.DFSTestUtil;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.checkpoint.Checkpoint;
import org.sscspark.checkpoint.CheckpointStore;
import org.sscspark.checkpoint.CheckpointStoreContract;
import org.sscspark.checkpoint.CheckpointWriter;
import org.sscspark.checkpoint.RunDirectory;
import org.sscspark.checkpoint.RunRecord;
import org.sscspark.config.BadInputException;
import org.sscspark.engine.lane.LaneEngine;
import org.sscspark.report.Progress;
import org.sscspark.spark.cli.Ended;
import org.sscspark.spark.dataset.DatasetReference;
import org.sscspark.spark.evaluate.CheckpointSearch;
import org.sscspark.spark.train.Experiment;
import org.sscspark.spark.train.Experiments;
import org.sscspark.spark.train.TinyData;
import org.sscspark.spark.train.TrainJob;
import org.sscspark.storage.FaultyFileSystem;
import org.sscspark.storage.FaultyHdfs;
import org.sscspark.storage.FileContent;
import org.sscspark.storage.PublicationConflictException;
import org.sscspark.storage.TextFiles;
import org.sscspark.training.TrainingListener;

/** The contract on a real HDFS: a name node and three data nodes in this process. */
class HdfsCheckpointStoreTest extends CheckpointStoreContract {
  @TempDir private static java.nio.file.Path temporary;
  private static MiniDFSCluster cluster;
  private static int folders;

  @BeforeAll
  static void startCluster() throws IOException {
    Configuration configuration = new HdfsConfiguration();
    configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, temporary.toString());
    configuration.setInt("dfs.replication", 3);
    // A write pipeline continues with the data nodes that are left.
    configuration.set("dfs.client.block.write.replace-datanode-on-failure.policy", "NEVER");
    configuration.setInt("dfs.client.retry.window.base", 10);
    // Out of safe mode at once: one block in a thousand may be missing then, or the only new one.
    configuration.setFloat("dfs.namenode.safemode.threshold-pct", 0);
    // As in conf/spark-defaults.conf, which says why.
    String closing = "dfs.client.block.write.locateFollowingBlock.";
    configuration.setInt(closing + "initial.delay.ms", 10);
    configuration.setInt(closing + "retries", 12);
    cluster = new MiniDFSCluster.Builder(configuration).numDataNodes(3).build();
    cluster.waitActive();
  }

  @AfterAll
  static void stopCluster() {
    cluster.shutdown(/* deleteDfsDir= */ true);
  }

  @Override
  protected FileSystem fileSystem() throws IOException {
    return cluster.getFileSystem();
  }

  @Override
  protected FileSystem faulty(FaultyFileSystem faulty) {
    return FaultyHdfs.over(faulty);
  }

  @Override
  protected Path newFolder() {
    return new Path("/runs/run-" + folders++ + "/checkpoints");
  }

  private static byte[] read(CheckpointStore store, Checkpoint checkpoint) throws IOException {
    try (InputStream in = store.open(checkpoint, "state.bin")) {
      return in.readAllBytes();
    }
  }

  private static Map<String, FileContent> with(byte[] state) {
    Map<String, FileContent> files = files(1);
    files.put("state.bin", out -> out.write(state));
    return files;
  }

  @Test
  void aStoppedDataNodeHindersNeitherReadingNorWriting() throws IOException {
    CheckpointStore store = new CheckpointStore(fileSystem(), newFolder());
    CheckpointWriter writer = CheckpointWriter.begin(store);
    byte[] content = new byte[300_000];
    writer.commit(1, Optional.empty(), with(content));
    MiniDFSCluster.DataNodeProperties stopped = cluster.stopDataNode(0);
    try {
      assertThat(read(store, store.newestValid().orElseThrow())).isEqualTo(content);
      writer.commit(2, Optional.empty(), with(content));
      assertThat(read(store, store.newestValid().orElseThrow())).isEqualTo(content);
    } finally {
      cluster.restartDataNode(stopped, /* keepPort= */ true);
      cluster.waitActive();
    }
  }

  @Test
  void aBlockThatIsCorruptOnEveryDataNodeIsDamage() throws IOException {
    Path folder = newFolder();
    CheckpointStore store = new CheckpointStore(fileSystem(), folder);
    CheckpointWriter writer = CheckpointWriter.begin(store);
    writer.commit(1, Optional.empty(), with(new byte[] {1}));
    Checkpoint newest = writer.commit(2, Optional.empty(), with(new byte[50_000]));
    cluster.corruptBlockOnDataNodes(
        DFSTestUtil.getFirstBlock(fileSystem(), newest.file("state.bin")));
    assertThat(store.newestValid().orElseThrow().round()).isEqualTo(1);
  }

  /** Kind: a namenode that has just started, and hears of blocks only as data nodes report. */
  @Test
  void aBlockThatNoDataNodeHasReportedYetIsWaitedFor() throws Exception {
    CheckpointStore store = new CheckpointStore(fileSystem(), newFolder());
    CheckpointWriter writer = CheckpointWriter.begin(store);
    writer.commit(1, Optional.empty(), with(new byte[] {1}));
    writer.commit(2, Optional.empty(), with(new byte[] {2}));
    List<MiniDFSCluster.DataNodeProperties> stopped =
        Stream.generate(() -> cluster.stopDataNode(0)).limit(3).toList();
    CompletableFuture<Optional<Checkpoint>> newest;
    try {
      cluster.restartNameNode(/* waitActive= */ false);
      useOnce(store);
      newest = CompletableFuture.supplyAsync(() -> newest(store));
      assertThatThrownBy(() -> newest.get(2, TimeUnit.SECONDS))
          .isInstanceOf(TimeoutException.class);
    } finally {
      for (MiniDFSCluster.DataNodeProperties node : stopped) {
        cluster.restartDataNode(node, /* keepPort= */ true);
      }
      cluster.waitActive();
    }
    assertThat(newest.get(1, TimeUnit.MINUTES).orElseThrow().round()).isEqualTo(2);
  }

  /** The connection to a namenode that was stopped may be found closed only by using it. */
  private void useOnce(CheckpointStore store) {
    try {
      fileSystem().exists(store.folder());
    } catch (IOException closed) {
      // The next use opens another.
    }
  }

  private static Optional<Checkpoint> newest(CheckpointStore store) {
    try {
      return store.newestValid();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What publications take HDFS's word for. */
  @Test
  void aRenameNeitherReplacesNorMovesIntoUnlessItIsAskedTo() throws IOException {
    Path folder = newFolder();
    TextFiles files = new TextFiles(fileSystem(), folder);
    files.writeNew("text", "old");
    files.writeNew("folder/in-it", "old");
    for (String name : List.of("text", "folder")) {
      assertThatThrownBy(() -> files.writeNew(name, "new"))
          .isInstanceOf(PublicationConflictException.class)
          .hasMessageContaining("/" + name + " has been published before");
    }
    assertThatThrownBy(() -> files.write("folder", "new")).isInstanceOf(IOException.class);
    files.write("text", "new");
    assertThat(files.read("text")).contains("new");
    assertThat(files.read("folder/in-it")).contains("old");
    assertThat(fileSystem().listStatus(folder)).hasSize(2);
    assertThat(fileSystem().listStatus(new Path(folder, "folder"))).hasSize(1);
  }

  /** Each file is created, each appears by one rename, and nothing is asked twice. */
  @Test
  void whatARunAsksOfTheNamenode() throws IOException {
    Path root = newFolder();
    DatasetReference data =
        DatasetReference.to(
            cluster.getConfiguration(0), TinyData.write(temporary.resolve("images"), 20));
    Experiment experiment =
        Experiments.tiny("engine=lane", "averaging.workers=1", "train.epochs=1");
    Map<String, Long> before = calls();
    TrainJob.local(experiment, data, Optional.of(data), 1, LaneEngine.widest())
        .run(fileSystem().makeQualified(root).toUri(), Progress.SILENT, new TrainingListener() {});
    Map<String, Long> asked = new TreeMap<>(calls());
    before.forEach((call, count) -> asked.merge(call, -count, Long::sum));
    asked.values().removeIf(count -> count == 0);
    // Record, the same with the engine, metrics, outcome; two checkpoints of four files each and
    // their manifest. The one listing, which found no folder, is not counted.
    assertThat(asked).isEqualTo(Map.of("op_create", 4 + 2 * 5L, "op_rename", 4 + 2L));
  }

  /** What clients of HDFS in this process have asked so far. */
  private static Map<String, Long> calls() {
    Map<String, Long> calls = new TreeMap<>();
    FileSystem.getGlobalStorageStatistics()
        .get(DFSOpsCountStatistics.NAME)
        .getLongStatistics()
        .forEachRemaining(one -> calls.put(one.getName(), one.getValue()));
    return calls;
  }

  /** Kind: a user's error that one file system calls its own. */
  @Test
  void aFileIsNoRun() throws IOException {
    Path folder = newFolder();
    new TextFiles(fileSystem(), folder).writeNew("notes", "no run");
    URI file = fileSystem().makeQualified(new Path(folder, "notes")).toUri();
    CheckpointSearch search = new CheckpointSearch(cluster.getConfiguration(0));
    for (ThrowingCallable looking :
        List.<ThrowingCallable>of(
            () -> search.find(file), () -> search.one(file), () -> search.named(file))) {
      assertThatThrownBy(looking)
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("notes is a file; give the folder of a run or a checkpoint");
    }
    Ended.ssc("inspect", file).isBadInput("notes is a file; give the folder of a data set");
  }

  @Test
  void aRunIsRecordedAndFoundAgain() throws IOException {
    Path root = newFolder();
    RunRecord record = new RunRecord("{\"a\":1}", new TreeMap<>(), new TreeMap<>());
    RunDirectory run = RunDirectory.startOrResume(fileSystem(), root, record);
    run.metrics().write(1, "{\"attempt\":1}");
    run.metrics().write(1, "{\"attempt\":2}");
    RunDirectory again = RunDirectory.startOrResume(fileSystem(), root, record);
    assertThat(again.record()).isEqualTo(run.record());
    assertThat(again.metrics().all()).map(JsonNode::toString).containsExactly("{\"attempt\":2}");
  }
}
