package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.data.raw.PlainPng;
import org.sscspark.data.raw.RawFixtures;
import org.sscspark.spark.train.Experiments;

/** Commands that make networks for images with sizes of their own. */
class PhotographsTest {
  private static final String RESIZE = "train.augmentation.resize=8";

  @TempDir private static Path shared;
  private static Path photographs;

  @TempDir private Path folder;

  @BeforeAll
  static void shard() throws IOException {
    for (int i = 0; i < 24; i++) {
      RawFixtures.write(
          shared.resolve("raw/%s/%03d.png".formatted(i % 2 == 0 ? "a" : "b", i)),
          PlainPng.noise(9 + i % 3, 8 + i % 5, i));
    }
    photographs = shared.resolve("photographs");
    Ended ended =
        Ended.ssc(
            "shard",
            "--master",
            "local[2]",
            "--format",
            "image-folder",
            "--encoding",
            "encoded",
            "--in",
            shared.resolve("raw"),
            "--out",
            photographs);
    assertThat(ended.exitCode()).as(ended.err()).isZero();
  }

  private Ended run(String command, List<Object> options, String... settings) {
    List<Object> arguments =
        new ArrayList<>(List.of(command, "--master", "local[2]", "--data", photographs));
    arguments.addAll(options);
    arguments.addAll(List.of("--out", folder.resolve(command)));
    arguments.addAll(Experiments.TINY);
    arguments.addAll(
        List.of("averaging.workers=null", "train.epochs=1", "train.augmentation.crop-padding=0"));
    arguments.addAll(List.of(settings));
    return Ended.ssc(arguments.toArray());
  }

  private static void assertDone(Ended ended) {
    assertThat(ended.exitCode()).as(ended.err()).isZero();
  }

  @Test
  void comparePruneAndSweepTakeTheSizeThatTrainTakes() {
    List<Object> test = List.of("--test", photographs);
    String[] compared = {"compare.methods=[ssc,snip]", "compare.seeds=[1]", "pruning.chunk=8"};
    run("compare", test, compared).isBadInput("sizes of their own", RESIZE.split("=")[0]);
    assertDone(run("compare", test, compared[0], compared[1], compared[2], RESIZE));

    List<Object> validation = List.of("--validation", photographs);
    String[] swept = {"sweep.space.density=[0.5,0.4]", "sweep.strategy.kind=grid"};
    run("sweep", validation, swept).isBadInput("sizes of their own", RESIZE.split("=")[0]);
    assertDone(run("sweep", validation, swept[0], swept[1], RESIZE));

    String[] pruned = {"method=snip", "pruning.chunk=8"};
    run("prune", List.of(), pruned).isBadInput("sizes of their own", RESIZE.split("=")[0]);
    assertDone(run("prune", List.of(), pruned[0], pruned[1], RESIZE));
  }
}
