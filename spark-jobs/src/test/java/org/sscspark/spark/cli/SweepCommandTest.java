package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sscspark.spark.train.Experiments;
import org.sscspark.spark.train.TinyData;

class SweepCommandTest {
  @TempDir private static Path shared;
  private static Path data;
  private static Path validation;

  @TempDir private Path folder;

  @BeforeAll
  static void shard() throws IOException {
    data = shared.resolve("data");
    validation = shared.resolve("validation");
    TinyData.write(data, 40);
    TinyData.write(validation, 20);
  }

  private Ended sweep(String... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of("sweep", "--master", "local[2]", "--data", data, "--validation", validation));
    arguments.addAll(List.of("--out", folder.resolve("sweep")));
    arguments.addAll(Experiments.TINY);
    arguments.add("averaging.workers=null");
    arguments.add("train.epochs=1");
    arguments.addAll(Arrays.asList(more));
    return Ended.ssc(arguments.toArray());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sweep.space={densty=[0.1]}                       | Unknown setting densty
          sweep.space.density.uniform=[0.5,0.2]            | key density: the range from 0.5 to 0.2 is empty
          sweep.space.train.optimizer.weight-decay.log-uniform=[-1,1]          | key train.optimizer.weight-decay: a logarithmic range must be above 0
          sweep.space.train.batch.integers=[8,8]           | key train.batch: the range from 8 to 8 is empty
          sweep.space.density.uniform=[0.1,lots]           | lots is no number
          sweep.space.density=[]                           | key density: a choice needs one value at least
          sweep.space={train.optimizer.weight-decay.uniform=[0,1],density={choice=[0.1],when={train.optimizer.weight-decay=1}}} | key density: its condition is on train.optimizer.weight-decay, which is a range; conditions are on choices
          sweep.space={density={choice=[0.1],when={method=ssc}}} | key density: its condition is on method, which is no key of the space
          sweep.space={method=[ssc,dense],density={choice=[0.1],when={method=scc}}} | asks for method = scc, which is never chosen: did you mean 'ssc'?
          sweep.space.density=[0.1,7]                      | density = 7.0 must be above 0 and at most 1
          sweep.objective.metric=accuracy                  | there is no metric accuracy
          sweep.objective.direction=up                     | sweep.objective.direction
          sweep.strategy.kind=hyperband                    | must be one of grid, random, sobol, asha, tpe
          sweep.strategy.kind=asha                         | min-epochs = 1 must be below the 1 epochs of a trial
          sweep.budget.trials=0                            | trials = 0 must be positive
          sweep.budget.trials=null                         | Budget is unlimited
          sweep.budget.wall-time=-1s                       | must be positive
          sweep.budget.wall-time=3                         | must be a duration with its unit, as in 30 s or 5 m
          sweep.space.density={choice=[0.3,0.6],levels=2}  | levels is for ranges; a grid takes all of a choice: leave it out
          sweep.space.density={uniform=[0.3,0.6],levels=2.5} | levels must be a whole number
          sweep.space.density=[0.3,0.0001]                 | Space, at the point density=
          sweep.space.density={uniform=[0.0001,0.6]}       | Space, at the point density=
          sweep.budgets.trials=3                           | Unknown setting sweep.budgets
          sweep.runs=anywhere                              | must be one of in-task, data-parallel
          engine=foo                                       | ssc sweep: No engine is named foo
          train.patience=3                                 | ssc sweep: train.stop-after and train.patience are for a single run
          train.freeze=[nosuch]                            | nosuch
          averaging.schedule.kind=post-local               | give averaging.schedule.from, an epoch
          sweep.space.train.stop-after=[1,2]               | Space, at the point macs=null, train.stop-after=1: train.stop-after and
          sweep.space.engine.name=[lane,foo]               | engine.name=foo, macs=null: No engine is named foo
          sweep.space.train.batch.uniform=[8,16]           | Space, key train.batch: it takes whole numbers; give integers = [8, 16]
          sweep.space.train.batch.log-uniform=[8,16]       | Space, key train.batch: it takes whole numbers; give log-integers = [8, 16]
          sweep.space.train.batch.uniform=[8,9]            | give integers = [8, 9]
          sweep.objective.direction=minimize               | sweep.objective.direction = minimize contradicts sweep.objective.metric = validation-accuracy
          """)
  void badSweepsEndWithOneLineAndExitCode2(String setting, String message) {
    Ended ended = sweep("sweep.space.macs=[null]", "sweep.budget.trials=2", setting);
    ended.isBadInput("ssc sweep: ", message);
    assertThat(folder.resolve("sweep")).doesNotExist();
  }

  /** Kind: what every trial, or some, would fail by is said before anything is written. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sweep.space.averaging.workers=[1,500] sweep.runs=data-parallel | averaging.workers=500, density=0.3: The data set has 40 training examples for 500 workers
          method=snip pruning.batches=50 | take a smaller pruning.batches
          pruning.dense-share=0.5 sweep.space.method=[fine-tune,snip] train.epochs=2 | method=snip: pruning.dense-share = 0.5 is for methods
          sweep.strategy.kind=grid sweep.space.train.learning-rate={uniform=[0.1,0.2],levels=1000000000} | The grid has more than 100,000 points
          sweep.strategy.kind=grid sweep.space.train.batch.integers=[1,2000000000] | The grid has more than 100,000 points
          sweep.budget={trials=null,epochs=1} train.epochs=2 | sweep.budget.epochs = 1 is less than a trial takes: train.epochs = 2
          sweep.budget.epochs=1 sweep.space.train.epochs=[2,3] | sweep.budget.epochs = 1 is less than
          sweep.objective.metric=validation-loss sweep.objective.direction=maximize | sweep.objective.direction = maximize contradicts sweep.objective.metric = validation-loss
          from=no/such/run | no/such/run
          sweep.space.from=[null,no/such/run] | no/such/run
          sweep.strategy.kind=tpe sweep.strategy.tpe.lag=0 | Strategy tpe: lag = 0 must be positive
          sweep.strategy.kind=tpe sweep.strategy.tpe.startup=1 | Strategy tpe: startup = 1 must be at least 2
          sweep.strategy.kind=tpe sweep.strategy.tpe.candidates=0 | Strategy tpe: candidates = 0 must be positive
          """)
  void whatTrialsWouldFailByIsRefusedBefore(String settings, String message) {
    for (String more : List.of("", " --dry-run")) {
      List<String> all = new ArrayList<>();
      all.addAll(List.of("sweep.space.density=[0.3,0.6]", "sweep.budget.trials=2"));
      all.addAll(List.of((settings + more).split(" ")));
      sweep(all.toArray(String[]::new)).isBadInput("ssc sweep: ", message);
    }
    assertThat(folder.resolve("sweep")).doesNotExist();
  }

  /** Kind: what a command says of settings without effect is all there is. */
  @Test
  void settingsOfASweepWithoutEffectAreTold() {
    String space = "sweep.space.train.learning-rate={log-uniform=[0.01,0.1],levels=3}";
    String[] random = {space, "sweep.budget.trials=2", "--dry-run"};
    assertThat(sweep(with(random, "sweep.strategy.asha.eta=4")).err())
        .contains("sweep.strategy.asha.eta (sweep.strategy.kind = random)")
        .contains("sweep.space.train.learning-rate.levels (sweep.strategy.kind = random)");
    assertThat(sweep(with(random, "sweep.strategy.tpe.gamma=0.3")).err())
        .contains("sweep.strategy.tpe.gamma (sweep.strategy.kind = random)");
    assertThat(sweep(with(random, "train.learning-rate=0.7")).err())
        .contains("train.learning-rate (sweep.space has it)");
    assertThat(sweep(with(random, "sweep.strategy.kind=tpe")).err())
        .contains(
            "All trials are random: sweep.strategy.tpe.startup = 10, sweep.budget.trials = 2");
    assertThat(sweep(with(random, "sweep.strategy.kind=grid")).err())
        .doesNotContain("levels", "sweep.strategy");
    assertThat(sweep(with(random, "sweep.space.checkpoint.every-rounds=[1,2]")).err())
        .contains("sweep.space.checkpoint.every-rounds (it changes no score)");
    String[] conditional = {
      "sweep.space={method=[ssc,dense],density={choice=[0.3],when={method=ssc}}}",
      "sweep.strategy.kind=grid",
      "--dry-run"
    };
    assertThat(sweep(with(conditional, "train.batch=5")).err()).doesNotContain("without effect");
  }

  /** Kind: epochs that nobody trained are counted. */
  @Test
  void failedTrialsHaveTrainedNothing() {
    Ended ended = sweep("sweep.space.train.learning-rate=[1e30,2e30]", "sweep.strategy.kind=grid");
    assertThat(ended.err()).contains("2 failed").doesNotContain("1/2 epochs", "2/2 epochs");
  }

  /** Kind: a dry run that writes. */
  @Test
  void aDryRunOfAReportIsRefused() {
    Ended.ssc("sweep", "--report", folder, "--dry-run")
        .isBadInput("--report computes nothing; leave out --dry-run");
  }

  /** Kind: a folder in which nothing has begun is no sweep yet; no time is too short to be kept. */
  @Test
  void aPlanWithoutTrialsBindsNobody() throws IOException {
    String space = "sweep.space.density=[0.3,0.6]";
    assertThat(sweep(space, "sweep.budget.wall-time=1ns").exitCode()).isZero();
    Ended other = sweep(space, "sweep.strategy.kind=grid", "--json");
    assertThat(other.json().path("trials").asInt()).isEqualTo(2);
    sweep(space, "sweep.budget.trials=2").isBadInput("holds another sweep");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sweep=3            | Setting sweep = 3 (argument sweep=3) must be a section
          sweep=null         | Setting sweep = null (argument sweep=null) must be a section
          sweep.space=[1]    | Setting sweep.space = [1] (argument sweep.space=[1]) must be a section
          sweep.space=null   | Setting sweep.space = null (argument sweep.space=null) must be a section
          density=0.1 sweep.space.ssc.out-block=[1,1000000] sweep.budget.trials=2 | ssc.out-block = 1000000: layer
          sweep.space.model=[convnet,vgg11] sweep.space.model.width=[1,2] | contradict each other
          sweep.space.train.optimizer=[{type=sgd},{type=adam}] sweep.space.train.optimizer.weight-decay=[0.1,0.2] | Settings sweep.space.train.optimizer (
          """)
  void whatIsNoSpaceEndsWithOneLineToo(String settings, String message) {
    sweep(settings.split(" ")).isBadInput("ssc sweep: ", message);
    assertThat(folder.resolve("sweep")).doesNotExist();
  }

  @Test
  void aSweepNeedsASpace() {
    sweep("sweep.budget.trials=2").isBadInput("ssc sweep: The space is empty");
  }

  @Test
  void sweepsAndReportsAgain() throws IOException {
    String[] settings = {
      "sweep.space.density=[0.3,0.6]",
      "sweep.space.train.learning-rate.log-uniform=[0.01,0.1]",
      "sweep.strategy.kind=sobol",
      "sweep.budget.trials=3"
    };
    Ended plan = sweep(with(settings, "--dry-run"));
    assertThat(plan.out()).contains("Sweep: sobol over 2 keys").contains("2 trials side by side");
    assertThat(folder.resolve("sweep")).doesNotExist();
    JsonNode result = sweep(with(settings, "--json")).json();
    assertThat(result.path("leaderboard")).hasSize(3);
    for (String file : List.of("sweep.json", "sweep.csv", "sweep.html", "best.conf", "plan.json")) {
      assertThat(folder.resolve("sweep").resolve(file)).isNotEmptyFile();
    }
    Files.delete(folder.resolve("sweep/sweep.html"));
    Ended again = Ended.ssc("sweep", "--report", folder.resolve("sweep"));
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.out()).contains("validation-accuracy").contains("sweep.html");
    assertThat(Files.readString(folder.resolve("sweep/sweep.html")))
        .contains("Which key mattered")
        .contains("train.learning-rate");
    Ended.ssc("sweep", "--report", folder).isBadInput("holds no sweep");
    Ended.ssc("sweep", "--report", folder, "density=0.1")
        .isBadInput("ssc sweep: --report takes no settings");

    // Kind: the folder of other work is called what it is.
    String[] other = {"holds a sweep; give a new folder, or that of a comparison"};
    Path out = folder.resolve("sweep");
    Ended.ssc("compare", "--report", out).isBadInput(other);
    Ended.ssc("compare", "--merge", out, "--tables", folder.resolve("tables")).isBadInput(other);
    List<Object> compare = new ArrayList<>(List.of("compare", "--master", "local[2]"));
    compare.addAll(List.of("--data", data, "--test", validation, "--out", out));
    compare.addAll(Experiments.TINY);
    compare.addAll(List.of("averaging.workers=null", "compare.methods=[dense]"));
    Ended.ssc(compare.toArray()).isBadInput(other);
    Files.writeString(out.resolve("journal/00000001.json"), "{");
    String[] damaged = {"journal/00000001.json: it is no event of a sweep", "restore it"};
    Ended.ssc("sweep", "--report", out).isBadInput(damaged);
  }

  /** Kind: what only some pairs of values lack is found before anything runs, too. */
  @Test
  void everyPointOfAGridHasANetwork() {
    sweep(
            "sweep.space={method=[dense,ssc],density=[0.5,0.0001]}",
            "sweep.strategy.kind=grid",
            "--dry-run")
        .isBadInput("Space, at the point density=", "method=ssc: ");
    assertThat(folder.resolve("sweep")).doesNotExist();
  }

  /** Kind: an empty table says why it is. */
  @Test
  void aSweepThatTriedNothingSaysSo() {
    Ended ended = sweep("sweep.space.density=[0.3,0.6]", "sweep.budget.wall-time=1ns");
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("No trial has begun");
  }

  @Test
  void aSweepWhoseTrialsAllFailSaysWhyInOneLine() {
    Ended ended = sweep("sweep.space.train.learning-rate=[1e30,2e30]", "sweep.strategy.kind=grid");
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.err()).contains("ssc sweep failed: All 2 trials failed; trial 0: ");
    assertThat(ended.err().strip().lines().reduce((a, b) -> b).orElseThrow()).contains("diverged");
  }

  private static String[] with(String[] settings, String more) {
    String[] all = Arrays.copyOf(settings, settings.length + 1);
    all[settings.length] = more;
    return all;
  }
}
