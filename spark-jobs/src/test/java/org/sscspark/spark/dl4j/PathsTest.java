package org.sscspark.spark.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sscspark.spark.dl4j.Networks.dense;
import static org.sscspark.spark.dl4j.Networks.graph;
import static org.sscspark.spark.dl4j.Networks.master;
import static org.sscspark.spark.dl4j.Networks.minibatches;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.sscspark.spark.LocalSpark;

/** Training from files, on any of Hadoop's file systems. */
@ExtendWith(LocalSpark.class)
class PathsTest {
  @TempDir private Path folder;
  private final List<DataSet> minibatches = minibatches(5, 4);

  @BeforeEach
  void save(JavaSparkContext spark) throws Exception {
    // A file system that only who knows its mount table can read.
    for (String kind : List.of("data", "multi")) {
      spark
          .hadoopConfiguration()
          .set(
              "fs.viewfs.mounttable." + folder.getFileName() + ".link./" + kind,
              folder.resolve(kind).toUri().toString());
    }
    for (int i = 0; i < minibatches.size(); i++) {
      minibatches.get(i).save(file("data", i));
      MultiDataSet multi = minibatches.get(i).toMultiDataSet();
      multi.save(file("multi", i));
    }
  }

  private File file(String kind, int number) {
    File file = folder.resolve(kind).resolve(number + ".bin").toFile();
    file.getParentFile().mkdirs();
    return file;
  }

  private String view() {
    return "viewfs://" + folder.getFileName();
  }

  private List<String> paths(String kind, String... places) {
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < minibatches.size(); i++) {
      paths.add(places[i % places.length] + "/" + kind + "/" + i + ".bin");
    }
    return paths;
  }

  private ComputationGraph localGraph() {
    ComputationGraph local = graph(new Adam(0.05));
    minibatches.forEach(local::fit);
    return local;
  }

  @Test
  void layersTrainFromPathsOfSeveralFileSystemsAtOnce(JavaSparkContext spark) {
    MultiLayerNetwork local = dense(new Adam(0.05));
    minibatches.forEach(local::fit);
    JavaRDD<String> paths =
        spark.parallelize(paths("data", "file:" + folder, view(), folder.toString()), 1);
    SparkDl4jMultiLayer trained = new SparkDl4jMultiLayer(spark, dense(new Adam(0.05)), master(2));
    trained.fitPaths(paths);

    assertThat(trained.getNetwork().params()).isEqualTo(local.params());
    assertThat(trained.getNetwork().getEpochCount()).isEqualTo(1);
  }

  @Test
  void graphsTrainFromPathsOfEitherKind(JavaSparkContext spark) {
    SparkComputationGraph ofDataSets =
        new SparkComputationGraph(spark, graph(new Adam(0.05)), master(2));
    ofDataSets.fitPaths(spark.parallelize(paths("data", folder.toString()), 1));
    SparkComputationGraph ofMultiDataSets =
        new SparkComputationGraph(spark, graph(new Adam(0.05)), master(2));
    ofMultiDataSets.fitPathsMultiDataSet(spark.parallelize(paths("multi", view()), 1));

    assertThat(ofDataSets.getNetwork().params()).isEqualTo(localGraph().params());
    assertThat(ofMultiDataSets.getNetwork().params()).isEqualTo(localGraph().params());
  }

  /** DL4J lists a folder's files in the file system's order, into as many partitions as slots. */
  @Test
  void bothTrainFromAFolder(JavaSparkContext spark) {
    SparkDl4jMultiLayer layers = new SparkDl4jMultiLayer(spark, dense(new Adam(0.05)), master(2));
    layers.fit(view() + "/data");
    SparkComputationGraph ofGraph =
        new SparkComputationGraph(spark, graph(new Adam(0.05)), master(2));
    ofGraph.fitMultiDataSet(folder.resolve("multi").toString());

    assertThat(layers.getNetwork().getIterationCount()).isEqualTo(3);
    assertThat(layers.getScore()).isPositive();
    assertThat(ofGraph.getNetwork().getIterationCount()).isEqualTo(3);
  }
}
