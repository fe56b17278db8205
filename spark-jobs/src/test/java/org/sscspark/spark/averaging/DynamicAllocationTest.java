package org.sscspark.spark.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DynamicAllocationTest {
  private static final String PREFIX = "spark.dynamicAllocation.";

  private static SparkConf conf(String master) {
    return new SparkConf(false).setMaster(master).set(PREFIX + "enabled", "true");
  }

  @ParameterizedTest
  @CsvSource({", 0, , 1", "3, 0, , 3", ", 0, 2, 2", ", 4, 2, 4", "3, 0, 1, 3"})
  void executorsAreAskedForBeforeThereIsWork(
      String most, String least, String initial, String asked) {
    SparkConf conf = conf("spark://127.0.0.1:7077").set(PREFIX + "minExecutors", least);
    if (most != null) {
      conf.set(PREFIX + "maxExecutors", most);
    }
    if (initial != null) {
      conf.set(PREFIX + "initialExecutors", initial);
    }

    DynamicAllocation.askAtStart(conf);

    assertThat(conf.get(PREFIX + "initialExecutors")).isEqualTo(asked);
  }

  /** Kind: masters that share the beginning of their names. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {"local false", "local[2] false", "local[*,3] false", "local-cluster[2,1,1024] true"})
  void aLocalMasterHasWhatItHas(String master, boolean on) {
    SparkConf conf = conf(master);

    DynamicAllocation.askAtStart(conf);

    assertThat(DynamicAllocation.isOn(conf)).isEqualTo(on);
    assertThat(conf.contains(PREFIX + "initialExecutors")).isEqualTo(on);
  }
}
