package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.data.ImageDecoder;
import org.sscspark.data.raw.PlainPng;
import org.sscspark.data.raw.RawFixtures;
import org.sscspark.spark.train.Experiments;
import org.sscspark.spark.trial.PlannedFolder;

/** Commands that make networks for images with sizes of their own. */
class PhotographsTest {
  private static final String RESIZE = "train.augmentation.resize=8";

  @TempDir private static Path shared;
  private static Path photographs;
  private static Path others;

  @TempDir private Path folder;

  @BeforeAll
  static void shard() throws IOException {
    for (int i = 0; i < 24; i++) {
      write("raw", i);
    }
    for (int i = 24; i < 34; i++) {
      write("more-raw", i);
    }
    photographs = shard("raw", "photographs");
    others = shard("more-raw", "others");
  }

  private static void write(String raw, int image) throws IOException {
    String name = String.format(Locale.ROOT, "%s/%03d.png", image % 2 == 0 ? "a" : "b", image);
    RawFixtures.write(
        shared.resolve(raw).resolve(name), PlainPng.noise(9 + image % 3, 8 + image % 5, image));
  }

  private static Path shard(String raw, String name) {
    Path out = shared.resolve(name);
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
            shared.resolve(raw),
            "--out",
            out);
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    return out;
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

  /** Runs a command again after a program whose decoder gave other pixels. */
  private void assertOtherPixelsAreRefused(String command, List<Object> options, String... settings)
      throws IOException {
    Path plan = folder.resolve(command).resolve(PlannedFolder.PLAN);
    String text = Files.readString(plan);
    String other = text.replaceAll("(?<=decoding\" ?: ?\"?)" + ImageDecoder.VERSION, "1");
    assertThat(other).isNotEqualTo(text);
    Files.writeString(plan, other);
    run(command, options, settings)
        .isBadInput(
            "trained on other pixels of its image files",
            "decoding was 1 and is now " + ImageDecoder.VERSION);
    Files.writeString(plan, text);
    assertDone(run(command, options, settings));
  }

  @Test
  void comparePruneAndSweepTakeTheSizeThatTrainTakes() throws IOException {
    List<Object> test = List.of("--test", others);
    String[] compared = {"compare.methods=[ssc,snip]", "compare.seeds=[1]", "pruning.chunk=8"};
    run("compare", test, compared).isBadInput("sizes of their own", RESIZE.split("=")[0]);
    String[] sized = {compared[0], compared[1], compared[2], RESIZE};
    assertDone(run("compare", test, sized));
    assertOtherPixelsAreRefused("compare", test, sized);

    List<Object> validation = List.of("--validation", others);
    String[] swept = {"sweep.space.density=[0.5,0.4]", "sweep.strategy.kind=grid"};
    run("sweep", validation, swept).isBadInput("sizes of their own", RESIZE.split("=")[0]);
    assertDone(
        run(
            "sweep",
            List.of("--validation", others, "--dry-run"),
            swept[1],
            "sweep.space.train.augmentation.resize=[8,9]"));
    String[] sweptSized = {swept[0], swept[1], RESIZE};
    assertDone(run("sweep", validation, sweptSized));
    assertOtherPixelsAreRefused("sweep", validation, sweptSized);

    String[] pruned = {"method=snip", "pruning.chunk=8"};
    run("prune", List.of(), pruned).isBadInput("sizes of their own", RESIZE.split("=")[0]);
    assertDone(run("prune", List.of(), pruned[0], pruned[1], RESIZE));
  }
}
