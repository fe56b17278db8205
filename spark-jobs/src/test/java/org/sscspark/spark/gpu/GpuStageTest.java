package org.sscspark.spark.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sscspark.spark.LocalSpark;

@ExtendWith(LocalSpark.class)
class GpuStageTest {
  private static SparkConf conf(String master, String executorGpus) {
    return new SparkConf(false)
        .setMaster(master)
        .set("spark.executor.resource.gpu.amount", executorGpus);
  }

  @ParameterizedTest
  @CsvSource({"spark://host:7077, 2", "yarn, 1", "k8s://https://api, 1"})
  void everyTaskAsksForOneGpuWhereExecutorsHaveSome(String master, int gpus) {
    GpuStage stage = GpuStage.of(conf(master, Integer.toString(gpus)));
    assertThat(stage.gpusOfExecutor()).isEqualTo(gpus);
    assertThat(stage.inEveryTask()).isFalse();
    assertThat(stage.profile().orElseThrow().taskResourcesJMap().get("gpu").amount()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"spark://host:7077, 0", "local[2], 1"})
  void asksForNothingElsewhere(String master, String gpus) {
    assertThat(GpuStage.of(conf(master, gpus)).profile()).isEmpty();
  }

  @Test
  void leavesItToSparkWhereAllTasksAskAlready() {
    SparkConf conf = conf("yarn", "1").set("spark.task.resource.gpu.amount", "1");
    assertThat(GpuStage.of(conf).profile()).isEmpty();
    assertThat(GpuStage.of(conf).inEveryTask()).isTrue();
  }

  @Test
  void changesNothingWithoutGpus(JavaSparkContext spark) {
    JavaRDD<Integer> work = spark.parallelize(List.of(1));
    assertThat(GpuStage.of(conf("yarn", "0")).of(work)).isSameAs(work);
  }
}
