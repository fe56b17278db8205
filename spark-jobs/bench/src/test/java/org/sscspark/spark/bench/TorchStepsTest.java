package org.sscspark.spark.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.spark.bench.TorchSteps.Variant;

/** Interpreters that only pretend to have PyTorch. */
class TorchStepsTest {
  private static final SizedModel RESNET20 = new SizedModel("resnet20", 1);
  private static final String EAGER = "{\"variant\": \"eager\", \"imagesPerSecond\": 12.5}";

  @TempDir Path directory;

  private final List<Variant> heard = new ArrayList<>();

  private List<Variant> run(String interpreter, Duration limit) throws IOException {
    Path python = directory.resolve("python");
    Files.writeString(python, interpreter);
    Files.setPosixFilePermissions(python, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<Variant> variants =
        TorchSteps.run(python.toString(), RESNET20, 8, 2, "cuda", limit, heard::add);
    assertThat(heard).isEqualTo(variants);
    return variants;
  }

  /** The compiler that it started would keep its output open for a minute. */
  @Test
  @Timeout(30)
  void keepsWhatWasMeasuredBeforeItWasEnded() throws Exception {
    List<Variant> variants =
        run("#!/bin/sh\necho '" + EAGER + "'\nsleep 60 &\nsleep 60\n", Duration.ofSeconds(3));

    assertThat(variants)
        .containsExactly(
            new Variant("eager", 12.5, ""),
            new Variant(
                TorchSteps.OTHERS,
                0,
                "not measured: PyTorch was ended after 3 seconds; --python-seconds gives it more"));
    assertThat(TorchSteps.best(variants)).hasValue(12.5);
  }

  @Test
  void saysWhyOneEndedBeforeItsTime() throws Exception {
    assertThat(
            run(
                "#!/bin/sh\necho '" + EAGER + "'\necho 'Bus error'\necho\nexit 3\n",
                Duration.ofMinutes(1)))
        .containsExactly(
            new Variant("eager", 12.5, ""), new Variant(TorchSteps.OTHERS, 0, "Bus error"));
  }

  @Test
  void saysThatThereIsNoInterpreter() {
    Path none = directory.resolve("none");

    List<Variant> variants =
        TorchSteps.run(none.toString(), RESNET20, 8, 2, "cuda", Duration.ofMinutes(1), heard::add);

    assertThat(variants).singleElement().satisfies(v -> assertThat(v.error()).contains("none"));
    assertThat(TorchSteps.best(variants)).isEmpty();
  }

  /** Dynamo runs eagerly what it has compiled in eight versions; a reset makes it forget them. */
  @Test
  void compiledVariantsDoNotCountAgainstEachOther() throws Exception {
    Assumptions.assumeTrue(hasPython(), "No python3 on this machine");

    List<Variant> variants =
        run(
            """
            #!/usr/bin/env python3
            import runpy, sys, types
            from unittest.mock import MagicMock
            torch = MagicMock()
            nn = types.ModuleType("torch.nn")
            nn.Module = object
            nn.functional = MagicMock()
            for name in "Sequential", "Conv2d", "BatchNorm2d", "ReLU", "AdaptiveAvgPool2d", "Flatten", "Linear":
                setattr(nn, name, MagicMock())
            sys.modules.update({"torch": torch, "torch.nn": nn})
            versions = 0
            def reset():
                global versions
                versions = 0
            def compiled(model, mode):
                global versions
                versions += 1
                if versions > 1:
                    raise ValueError("a version of another variant")
                return model
            torch._dynamo.reset = reset
            torch.compile = compiled
            torch.nn = nn
            sys.argv = sys.argv[1:]
            runpy.run_path(sys.argv[0], run_name="__main__")
            """,
            Duration.ofMinutes(1));

    assertThat(variants).hasSize(18).allSatisfy(v -> assertThat(v.error()).isEmpty());
    assertThat(variants.subList(0, 6)).allSatisfy(v -> assertThat(v.name()).endsWith("eager"));
  }

  private static boolean hasPython() {
    try {
      return new ProcessBuilder("python3", "--version").start().waitFor() == 0;
    } catch (IOException missing) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
