package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sscspark.network.FeatureShape;
import org.sscspark.spark.train.Experiments;
import org.sscspark.spark.train.TinyData;

class CompareCommandTest {
  @TempDir private static Path shared;
  private static URI training;
  private static URI test;
  private static URI otherTest;

  @TempDir private Path folder;

  @BeforeAll
  static void shard() throws IOException {
    training = TinyData.write(shared.resolve("train"), 53);
    test = TinyData.write(shared.resolve("test"), 20);
    otherTest = TinyData.write(shared.resolve("other"), 21);
  }

  private static final String PAGE =
      """
      # Page
      <!-- tables: NAME -->
      old
      <!-- end of tables: NAME -->
      more
      """;

  private static Ended ssc(List<Object> arguments, Path last) {
    List<Object> all = new ArrayList<>(arguments);
    all.add(last);
    return Ended.ssc(all.toArray());
  }

  private static Ended compare(Path out, String... more) {
    return compareOn(test, out, more);
  }

  private static Ended compareOn(URI testSet, Path out, String... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "compare",
                "--master",
                "local[2]",
                "--data",
                training,
                "--test",
                testSet,
                "--out",
                out,
                "--json"));
    arguments.addAll(Experiments.TINY);
    arguments.addAll(
        List.of(
            "averaging.workers=null",
            "pruning.chunk=16",
            "compare.methods=[dense,ssc,snip]",
            "compare.seeds=[1,2]"));
    arguments.addAll(List.of(more));
    return Ended.ssc(arguments.toArray());
  }

  /** Kind: a plan rounds as no method does, and tells of other weights than are kept. */
  @Test
  void aPlanCountsTheWeightsThatAScoreKeeps() throws IOException {
    JsonNode plan =
        compare(
                folder.resolve("planned"),
                "model.width=3",
                "compare.densities=[0.5005]",
                "compare.seeds=[1]",
                "--dry-run")
            .json();
    assertThat(plan.path("trials").get(0).path("weights").asLong()).isEqualTo(126_000);
    // The product is an integer, which doubles miss by rounding alone.
    assertThat(126_000 * 0.5005).isLessThan(63_063);
    assertThat(plan.path("trials").get(2).path("trial").asText()).startsWith("snip");
    assertThat(plan.path("trials").get(2).path("weights").asLong()).isEqualTo(63_063);
  }

  @Test
  void methodsStandBesideEachOther() throws IOException {
    Path out = folder.resolve("comparison");
    Ended planned = compare(out, "compare.densities=[0.5]", "--dry-run");
    // Kind: a setting that is accepted and does nothing; more in UnusedSettingsTest.
    assertThat(planned.err()).contains("Settings that ssc compare does not use: density");
    JsonNode plan = planned.json();
    assertThat(plan.path("trials")).hasSize(6);
    assertThat(plan.path("trials").get(0).path("trial").asText()).startsWith("dense-s1-");
    assertThat(plan.path("trials").get(0).path("macs").asLong()).isPositive();
    assertThat(out).doesNotExist();

    JsonNode result = compare(out, "compare.densities=[0.5]").json();
    assertThat(result.path("cells")).hasSize(3);
    for (JsonNode cell : result.path("cells")) {
      assertThat(cell.path("done").asInt()).isEqualTo(2);
      assertThat(cell.path("lastAccuracy").path("mean").asDouble())
          .isBetween(0.0, cell.path("bestAccuracy").path("mean").asDouble());
    }
    JsonNode dense = result.path("cells").get(0);
    JsonNode snip = result.path("cells").get(2);
    assertThat(snip.path("method").asText()).isEqualTo("snip");
    assertThat(snip.path("density").path("mean").asDouble()).isBetween(0.49, 0.5);
    assertThat(snip.path("checkpointBytes").path("mean").asDouble())
        .isLessThan(dense.path("checkpointBytes").path("mean").asDouble());
    for (JsonNode trial : result.path("trials")) {
      assertThat(trial.path("epochs")).hasSize(2);
      assertThat(trial.path("layers").size()).isPositive();
    }
    // The folders are ordinary runs.
    Path run = out.resolve("trials").resolve(result.path("trials").get(0).path("trial").asText());
    assertThat(Ended.ssc("inspect", run, "--json").json().path("state").asText())
        .isEqualTo("complete");

    // The same again repeats nothing, and so does a report; another density is added.
    byte[] table = Files.readAllBytes(out.resolve("comparison.csv"));
    byte[] trials = Files.readAllBytes(out.resolve("trials.csv"));
    byte[] times = Files.readAllBytes(out.resolve("times.csv"));
    Ended again = compare(out, "compare.densities=[0.5]");
    assertThat(again.json()).isEqualTo(result);
    assertThat(Ended.ssc("compare", "--report", out, "--json").json()).isEqualTo(result);
    assertThat(out.resolve("comparison.csv")).hasBinaryContent(table);
    assertThat(out.resolve("trials.csv")).hasBinaryContent(trials);
    assertThat(out.resolve("times.csv")).hasBinaryContent(times);

    Path more = folder.resolve("more");
    compare(more, "compare.methods=[random-erk]", "compare.densities=[0.5]").json();
    Path both = folder.resolve("both");
    JsonNode merged = Ended.ssc("compare", "--merge", out, more, "--out", both, "--json").json();
    assertThat(merged.path("cells")).hasSize(4).allMatch(cell -> cell.path("done").asInt() == 2);
    assertThat(Ended.ssc("compare", "--report", both, "--json").json()).isEqualTo(merged);

    // The part of a page that tells of both is replaced, by the tables that stand beside it.
    Path page = Files.writeString(folder.resolve("page.md"), PAGE.replace("NAME", "c10"));
    Path tables = folder.resolve("results/c10");
    List<Object> publish = List.of("compare", "--merge", out, more, "--tables", tables, "--page");
    assertThat(ssc(publish, page).exitCode()).isZero();
    assertThat(page)
        .content()
        .isEqualTo(
            PAGE.replace("NAME", "c10")
                .replace("old", "\n" + Files.readString(tables.resolve("tables.md"))));
    Files.delete(tables.resolve("tables.md"));
    Path other = Files.writeString(folder.resolve("other.md"), PAGE.replace("NAME", "c100"));
    ssc(publish, other).isBadInput("other.md has no place for the tables", "<!-- tables: c10 -->");
    ssc(publish, folder.resolve("none.md")).isBadInput("none.md is not there");
    assertThat(tables.resolve("tables.md")).doesNotExist();

    // Kind: an output in place of a file that is read.
    byte[] document = Files.readAllBytes(out.resolve("comparison.json"));
    ssc(List.of("compare", "--report", out, "--tables"), out)
        .isBadInput("--tables ", "lies in ", "which is read; choose a folder outside of it");
    ssc(List.of("compare", "--merge", out, more, "--tables"), more.resolve("trials"))
        .isBadInput("--tables ", "lies in ");
    ssc(List.of("compare", "--merge", out, more, "--out", both, "--tables"), both)
        .isBadInput("--tables ", "lies in ");
    assertThat(out.resolve("comparison.json")).hasBinaryContent(document);
    assertThat(ssc(List.of("compare", "--report", out, "--tables"), folder.resolve("comparison2")))
        .as("a folder whose name begins alike")
        .extracting(Ended::exitCode)
        .isEqualTo(0);

    compareOn(otherTest, out, "compare.densities=[0.5]")
        .isBadInput("holds a comparison by another recipe or on other data", "SHA-256 was");
    compare(out, "compare.densities=[0.5]", "train.optimizer.weight-decay=0.5")
        .isBadInput("train.optimizer.weight-decay was 1.0E-4 and is now 0.5");
  }

  /** Kind: what a folder holds is shown, counted as not shown, or refused as damaged. */
  @Test
  void nothingOfAFolderIsLeftOutInSilence() throws IOException {
    Path out = folder.resolve("comparison");
    assertThat(compare(out, "compare.methods=[dense]").json().has("notShown")).isFalse();
    JsonNode fewer = compare(out, "compare.methods=[dense]", "compare.seeds=[1]").json();
    assertThat(fewer.path("trials")).hasSize(1);
    assertThat(fewer.path("notShown")).hasSize(1);
    String left = fewer.path("notShown").get(0).asText();
    assertThat(left).startsWith("dense-s2-");
    String sentence = "Not shown: 1 trial of this folder that the latest start did not ask for";
    assertThat(Ended.ssc("compare", "--report", out).out()).contains(sentence, left, "ask for");
    assertThat(out.resolve("comparison.html")).content().contains(sentence, left);

    Path trial = out.resolve("trials").resolve(fewer.path("trials").get(0).path("trial").asText());
    Path result = trial.resolve("result.json");
    String whole = Files.readString(result);
    for (String text : List.of("{", "{}", whole.replace("\"epochs\" : 2", "\"epochs\" : 1"))) {
      Files.writeString(result, text);
      assertDamaged(out, trial, "result.json is no result of 2 epochs");
    }
    Files.writeString(result, whole);
    Path first = trial.resolve("metrics/epoch-0001.jsonl");
    Path second = trial.resolve("metrics/epoch-0002.jsonl");
    String line = Files.readString(second);
    Files.writeString(second, "{");
    assertDamaged(out, trial, "metrics/epoch-0002.jsonl: it is not JSON");
    Files.delete(second);
    assertDamaged(out, trial, "metrics/epoch-0002.jsonl is missing");
    Files.writeString(second, line);
    Files.delete(first);
    assertDamaged(out, trial, "metrics/epoch-0001.jsonl is missing");

    // Kind: the folder of other work is called what it is.
    String[] other = {"holds a comparison; give a new folder, or that of a sweep"};
    Ended.ssc("sweep", "--report", out).isBadInput(other);
    List<Object> sweep = new ArrayList<>(List.of("sweep", "--master", "local[2]"));
    sweep.addAll(List.of("--data", training, "--validation", test));
    sweep.addAll(Experiments.TINY);
    sweep.addAll(List.of("averaging.workers=null", "sweep.space.density=[0.5]"));
    sweep.addAll(List.of("sweep.strategy.kind=grid", "--out"));
    ssc(sweep, out).isBadInput(other);
    compare(trial).isBadInput("is not empty and holds no comparison");
    compare(Path.of(training)).isBadInput("is not empty and holds no comparison");
    Ended.ssc("compare", "--report", trial).isBadInput("holds no comparison: it has no plan.json");
  }

  private void assertDamaged(Path out, Path trial, String complaint) {
    String name = trial.getFileName().toString();
    String[] words = {name, complaint, "restore it, or remove the"};
    Ended.ssc("compare", "--report", out).isBadInput(words);
    Ended.ssc("compare", "--merge", out, "--tables", folder.resolve("t")).isBadInput(words);
    // Before what is left is trained.
    compare(out, "compare.methods=[dense,ssc]", "compare.seeds=[1]").isBadInput(words);
    assertThat(out.resolve("trials").toFile().list()).hasSize(2);
  }

  @Test
  void failedTrialsShowInTheExitCodeAndTheReportSaysThatThereIsNothing() throws IOException {
    Path out = folder.resolve("comparison");

    Ended ended =
        compare(out, "compare.methods=[dense]", "compare.seeds=[1]", "train.learning-rate=1e30");

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.err()).contains("1 of 1 trials failed", "Training diverged");
    assertThat(ended.out()).contains("\"failed\"");
    assertThat(out.resolve("comparison.html")).content().contains("Nothing measured yet");
  }

  /** Kind: what ends a trial before it has a folder of its own is told all the same. */
  @Test
  void trialsThatFailBeforeTheyBeginShowInTheExitCode() throws IOException {
    Path out = folder.resolve("comparison");
    String dense = "compare.methods=[dense]";
    assertThat(compare(out, dense, "compare.seeds=[1]").exitCode()).isZero();
    JsonNode next = compare(out, dense, "compare.seeds=[2]", "--dry-run").json();
    String name = next.path("trials").get(0).path("trial").asText();
    Path taken = Files.createDirectories(out.resolve("trials").resolve(name));
    Files.writeString(taken.resolve("notes.txt"), "mine");

    Ended ended = compare(out, dense);

    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(1);
    assertThat(ended.err()).contains("1 of 2 trials failed", name + ": ", "is not empty");
    assertThat(ended.out()).contains("\"failed\"", "notes.txt");
    assertThat(out.resolve("trials.csv")).content().contains(name).contains(",failed,");
    assertThat(taken.toFile().list()).containsExactly("notes.txt");
  }

  /** Kind: what every trial would fail by is said before any trial, as a single run says it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          engine=foo                                        | No engine is named foo
          train.patience=3                                  | train.stop-after and train.patience are for a single run
          train.freeze=[nosuch] compare.methods=[dense,ssc] | nosuch
          averaging.schedule.kind=post-local                | give averaging.schedule.from, an epoch
          compare.runs=data-parallel averaging.workers=99   | has 53 training examples for 99 workers
          """)
  void whatATrialWouldRefuseIsRefusedBefore(String settings, String message) {
    Path out = folder.resolve("comparison");
    for (String more : List.of("", " --dry-run")) {
      compare(out, (settings + more).split(" ")).isBadInput("ssc compare: ", message);
    }
    assertThat(out).doesNotExist();
  }

  /** Kind: a folder in which nothing has begun is no comparison yet. */
  @Test
  void aPlanWithoutTrialsBindsNobody() throws IOException {
    Path out = folder.resolve("comparison");
    assertThat(compare(out, "compare.methods=[dense]", "compare.seeds=[1]").exitCode()).isZero();
    FileUtils.deleteDirectory(out.resolve("trials").toFile());
    String other = "train.optimizer.weight-decay=0.5";
    JsonNode result = compare(out, "compare.methods=[dense]", "compare.seeds=[1]", other).json();
    assertThat(result.path("cells").get(0).path("done").asInt()).isEqualTo(1);
    compare(out, "compare.methods=[dense]", "compare.seeds=[1]")
        .isBadInput("holds a comparison by another recipe");
  }

  /** Kind: a comparison whose numbers say nothing of new images. */
  @Test
  void methodsAreNotTestedOnImagesThatTheyAreTrainedOn() {
    for (String more : List.of("--dry-run", "compare.seeds=[1]")) {
      compareOn(training, folder.resolve("comparison"), more)
          .isBadInput("Test set file:", "/train is the training set; give other images");
    }
    assertThat(folder).isEmptyDirectory();
  }

  /** Kind: a dry run that writes. */
  @Test
  void aDryRunOfWhatComputesNothingIsRefused() {
    Path tables = folder.resolve("tables");
    String[] words = {"computes nothing; leave out --dry-run"};
    Ended.ssc("compare", "--report", folder, "--dry-run", "--tables", tables).isBadInput(words);
    Ended.ssc("compare", "--merge", folder, "--dry-run", "--out", tables).isBadInput(words);
    assertThat(folder).isEmptyDirectory();
  }

  /** Kind: what a command says of settings without effect is so. */
  @Test
  void settingsThatDecideTheBudgetHaveAnEffect() {
    Path out = folder.resolve("comparison");
    String erk = "compare.methods=[random-erk]";
    String densities = "compare.densities=[0.5]";
    for (String equal : List.of("macs", "seconds")) {
      Ended planned =
          compare(out, erk, densities, "compare.equal=" + equal, "ssc.profile=erk", "--dry-run");
      assertThat(planned.exitCode()).as(planned.err()).isZero();
      assertThat(planned.err()).doesNotContain("ssc.profile");
    }
    String[] budget = {erk, densities, "compare.equal=seconds", "compare.seconds=1"};
    assertThat(compare(out, with(budget, "ssc.profile=erk", "--dry-run")).err())
        .contains("ssc.profile (method = random-erk)");
    assertThat(compare(out, erk, densities, "ssc.profile=erk", "--dry-run").err())
        .contains("ssc.profile (method = random-erk)");
    String dense = "compare.methods=[dense]";
    assertThat(compare(out, dense, densities, "compare.equal=macs", "--dry-run").err())
        .contains("compare.densities (compare.methods = [dense])")
        .contains("compare.equal (compare.methods = [dense])");
    assertThat(compare(out, dense, "--dry-run").err()).doesNotContain("compare.densities");
  }

  private static String[] with(String[] settings, String... more) {
    return Stream.concat(Stream.of(settings), Stream.of(more)).toArray(String[]::new);
  }

  /** Kind: a dry run that says less, or more, than is known. */
  @Test
  void aDryRunSaysWhatIsKnown() throws IOException {
    Path out = folder.resolve("comparison");
    String[] scored = {"compare.methods=[snip]", "compare.seeds=[1]", "compare.densities=[0.5]"};
    JsonNode done = compare(out, scored).json().path("trials").get(0);
    Ended planned = compare(out, with(scored, "--dry-run"));
    JsonNode line = planned.json().path("trials").get(0);
    for (String known : List.of("macs", "macsToDo")) {
      assertThat(line.path(known).isNumber()).as(known).isTrue();
    }
    assertThat(line.path("macsToDo").asDouble()).as("of a trial that is done").isZero();
    assertThat(line.path("macs")).isEqualTo(done.path("macs"));

    Path other = folder.resolve("other");
    String[] seconds = {"compare.equal=seconds", "compare.densities=[0.5]", "--dry-run"};
    for (JsonNode one : compare(other, with(seconds, "compare.seconds=1")).json().path("trials")) {
      assertThat(one.has("epochs") || one.has("macsToDo")).as(one.toString()).isFalse();
    }
    for (JsonNode one : compare(other, seconds).json().path("trials")) {
      boolean ssc = one.path("trial").asText().startsWith("ssc");
      assertThat(one.has("epochs")).as(one.toString()).isEqualTo(ssc);
    }
  }

  /** Kind: an output among files that are somebody else's. */
  @Test
  void tablesGoIntoAFolderOfTheirOwn() throws IOException {
    Path out = folder.resolve("comparison");
    assertThat(compare(out, "compare.methods=[dense]", "compare.seeds=[1]").exitCode()).isZero();
    String[] before = Path.of(training).toFile().list();
    ssc(List.of("compare", "--report", out, "--tables"), Path.of(training))
        .isBadInput("--tables ", "holds other files", "a new or empty folder");
    assertThat(Path.of(training).toFile().list()).containsExactlyInAnyOrder(before);
    Path mine = Files.createDirectories(folder.resolve("mine"));
    Files.writeString(mine.resolve("comparison.json"), "{}");
    ssc(List.of("compare", "--report", out, "--tables"), mine).isBadInput("is no comparison");
    Path tables = Files.createDirectories(folder.resolve("tables"));
    for (int time = 0; time < 2; time++) {
      Ended ended = ssc(List.of("compare", "--report", out, "--tables"), tables);
      assertThat(ended.exitCode()).as(ended.err()).isZero();
    }
  }

  @Test
  void badInputIsOneLine() throws IOException {
    Path out = folder.resolve("comparison");
    compare(out, "compare.methods=[dense,snap]").isBadInput("compare.methods[1]", "snip");
    compare(out, "compare.methods=[]").isBadInput("compare", "methods is empty", "as in [");
    compare(out, "compare.seeds=[1,1]").isBadInput("seeds has 1 twice");
    compare(out, "compare.densities=[0.1,1.5]").isBadInput("densities has 1.5");
    compare(out, "compare.runs=somehow").isBadInput("compare.runs", "in-task, data-parallel");
    compare(out, "metrics=null").isBadInput("Setting metrics is null (argument metrics=null)");
    Object[] bare = {"compare", "--data", training, "--test", test, "--out", out, "compare=3"};
    Ended.ssc(bare).isBadInput("Setting compare = 3 (argument compare=3) must be a section");
    bare[bare.length - 1] = "compare=null";
    Ended.ssc(bare).isBadInput("Setting compare is null (argument compare=null); leave it out");
    String variant = "compare.variants.other.ssc.";
    compare(out, variant + "out-block=1000000")
        .isBadInput("ssc:other at 10 %: ssc.out-block = 1000000: layer ");
    compare(out, variant + "fan-in=null").isBadInput("ssc.fan-in is null (", "for the default");
    compare(
            out,
            variant + "out-block=null",
            "ssc.out-block=1",
            "compare.densities=[0.5]",
            "--dry-run")
        .json();
    compare(out, variant + "offsetz=false")
        .isBadInput("compare.variants.other: Unknown setting ssc.offsetz", "offsets");
    compare(out, variant + "point-share=2").isBadInput("compare.variants.other: ", "point-share");
    compare(out, variant + "offsets=true")
        .isBadInput("compare.variants.other: it has the settings of ssc itself");
    compare(out, variant + "offsets=false", "compare.variants.same.ssc.offsets=false")
        .isBadInput("compare.variants.other and compare.variants.same have equal settings");
    compare(out, variant + "offsets=false", "compare.methods=[dense,snip]")
        .isBadInput("variants are set against ssc, which is not among methods");
    compare(out, "compare.variants.other.pruning.steps=3")
        .isBadInput("Unknown setting compare.variants.other.pruning");
    compare(out, "compare.variants.Other.ssc.offsets=false").isBadInput("variants has 'Other'");
    // Kind: settings that differ, networks that do not.
    String half = "compare.densities=[0.5]";
    compare(out, half, variant + "point-share=0.001")
        .isBadInput("compare.variants.other changes nothing: its networks are those of ssc at");
    compare(
            out,
            half,
            variant + "profile=erk",
            "compare.variants.p.ssc={profile=erk,point-share=0.001}")
        .isBadInput("compare.variants.p changes nothing: its networks are those of compare.varian");
    compare(out, half, "compare.methods=[ssc]", variant + "fan-in=kept", "--dry-run").json();
    // Kind: what gives every density one network is no comparison at equal density.
    compare(out, half, "ssc.g=4").isBadInput("ssc.g = 4 gives every density the same network");
    compare(out, half, variant + "g=4").isBadInput("compare.variants.other: ssc.g = 4 gives");
    // Kind: of several rows the one that is refused is named.
    compare(
            out,
            "compare.equal=macs",
            "compare.methods=[ssc,random-erk,group]",
            "compare.densities=[0.2]")
        .isBadInput("group at 20 %: No density costs");
    compare(out, "compare.methods=[ssc,random-erk]", "compare.densities=[0.5,0.0001]")
        .isBadInput("ssc at 0.01 %: ");
    compare(out, "pruning.dense-share=0.4")
        .isBadInput("pruning.dense-share = 0.4", "none of compare.methods", "add fine-tune");
    compare(out, "averaging.workers=2").isBadInput("averaging.workers = 2", "data-parallel");
    compare(out, "compare.methods=[ssc]", "compare.densities=[0.0001]").isBadInput("density");
    // Kind: what every trial would fail by is said before any trial.
    compare(out, "compare.methods=[dense,snip]", "pruning.batches=50")
        .isBadInput("Cannot draw", "take a smaller pruning.batches");
    compare(out, "compare.methods=[dense,grasp]", "pruning.examples-per-class=99", "--dry-run")
        .isBadInput(
            "Cannot draw 99 examples of class", "take a smaller pruning.examples-per-class");
    Ended.ssc("compare", "--data", training, "--test", test).isBadInput("--out is needed");
    Ended.ssc("compare", "--report", folder).isBadInput("holds no comparison", "plan.json");
    Ended.ssc("compare", "--report", folder, "--data", training).isBadInput("leave out --data");
    assertThat(out).doesNotExist();
    Ended.ssc("compare", "--merge", folder, "--data", training).isBadInput("leave out --data");
    Ended.ssc("compare", "--merge", folder).isBadInput("--merge needs --out", "or --tables");
    Ended.ssc("compare", "--report", folder, "train.epochs=5")
        .isBadInput("ssc compare: --report takes no settings, but was given train.epochs=5");
    Ended.ssc("compare", "--merge", folder, "--config", "x.conf")
        .isBadInput("ssc compare: --merge takes no settings, but was given x.conf");
    compare(out, "--tables", "x").isBadInput("go with --report or --merge");
    Path thesis = Files.writeString(folder.resolve("thesis.tex"), "do not touch");
    compare(folder).isBadInput("is not empty and holds no comparison, but thesis.tex");
    assertThat(thesis).hasContent("do not touch");
    URI otherKind = TinyData.write(folder.resolve("kind"), 20, new FeatureShape(3, 8, 8), 4);
    compareOn(otherKind, out)
        .isBadInput("has class 'grating-3' that the training set has not", "shard both alike");
  }
}
