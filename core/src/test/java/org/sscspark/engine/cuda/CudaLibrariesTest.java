package org.sscspark.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.ptr.IntByReference;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sscspark.config.BadInputException;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.engine.RandomNetworks.Kind;
import org.sscspark.engine.choice.Engines;
import org.sscspark.network.NetworkSpec;

/** What a machine may lack, with a driver made for it. */
class CudaLibrariesTest {
  private static final int NO_DEVICE = 100;
  private static final int UNSUPPORTED_COMBINATION = 803;

  private static List<String> fake;

  @BeforeEach
  void needsADriverMadeForIt() {
    fake = List.of(TestDriver.fakePath());
  }

  @AfterEach
  void heal() {
    TestDriver.heal();
  }

  private static void assertRefused(String message) {
    assertThatThrownBy(() -> CudaDevice.open(CudaLibraries.load(fake, fake), 0))
        .isInstanceOf(BadInputException.class)
        .hasMessage(message);
  }

  @Test
  void namesAMissingDriver() {
    assertThatThrownBy(() -> CudaLibraries.load(List.of("libnone.so.1", "libnone.so"), fake))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "No NVIDIA driver found (libnone.so.1, libnone.so): install one, and in a container"
                + " start it with the GPU, as docker's --gpus does; or choose engine=lane");
  }

  @Test
  void namesAMissingCompiler() {
    assertThatThrownBy(() -> CudaLibraries.load(fake, List.of("libnone.so")))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "NVRTC, CUDA's run-time compiler, not found (libnone.so) in a version up to 13, which"
                + " the driver knows: install it from the CUDA toolkit (cuda-nvrtc-13-x) or by pip"
                + " (nvidia-cuda-nvrtc) and add its folder to LD_LIBRARY_PATH; or choose"
                + " engine=lane");
  }

  /** An NVRTC that compiles for GPUs from a compute capability on. */
  private static Nvrtc compiler(int version, int oldest) {
    return (Nvrtc)
        Proxy.newProxyInstance(
            Nvrtc.class.getClassLoader(),
            new Class<?>[] {Nvrtc.class},
            (proxy, method, arguments) -> {
              switch (method.getName()) {
                case "nvrtcVersion" -> {
                  ((IntByReference) arguments[0]).setValue(version);
                  ((IntByReference) arguments[1]).setValue(0);
                }
                case "nvrtcGetNumSupportedArchs" -> ((IntByReference) arguments[0]).setValue(2);
                case "nvrtcGetSupportedArchs" -> {
                  ((int[]) arguments[0])[0] = oldest;
                  ((int[]) arguments[0])[1] = 90;
                }
                default -> throw new AssertionError(method);
              }
              return 0;
            });
  }

  @Test
  void passesOverACompilerThatHasLeftTheGpuBehind() {
    CudaLibraries both =
        new CudaLibraries(
            CudaLibraries.load(fake, fake).driver(), List.of(compiler(13, 75), compiler(12, 50)));

    TestDriver.set("capability", 70);
    assertThat(CudaDevice.open(both, 0).arithmetic())
        .isEqualTo("compute capability 7.0, NVRTC 12.0");
    TestDriver.set("capability", 75);
    assertThat(CudaDevice.open(both, 0).arithmetic())
        .isEqualTo("compute capability 7.5, NVRTC 13.0");
  }

  @Test
  void namesTheCompilerThatAnOldGpuNeeds() {
    TestDriver.set("capability", 70);

    assertRefused(
        "NVRTC 13.0 does not compile for compute capability 7.0 any more: install NVRTC 12 beside"
            + " it (cuda-nvrtc-12-8, or by pip nvidia-cuda-nvrtc-cu12) and add its folder to"
            + " LD_LIBRARY_PATH; or choose engine=lane");
  }

  /** What a compiler newer than the driver makes would not load. */
  @Test
  void passesOverACompilerThatIsTooNewForTheDriver() {
    TestDriver.set("version", 12020);

    assertThatThrownBy(() -> CudaLibraries.load(fake, fake))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("in a version up to 12, which the driver knows");

    TestDriver.set("nvrtc", 12);
    assertThat(CudaLibraries.load(fake, fake).compilerMajor()).isEqualTo(12);
  }

  /** When the engine is opened: engine=auto can choose another one then. */
  @Test
  void namesKernelsThatTheDriverDoesNotTake() {
    TestDriver.set("load", 222);

    assertThatThrownBy(() -> CudaEngine.open(CudaLibraries.load(fake, fake), 0))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "The NVIDIA driver does not take what NVRTC 13 made for the GPU g++ shim: the provided"
                + " PTX was compiled with an unsupported toolchain. (222); install an NVRTC of the"
                + " driver's own CUDA version, or a newer driver; or choose engine=lane");
  }

  @Test
  void namesThePartOfTheCompilerThatIsMissing() {
    TestDriver.set("compile", 7);

    assertThatThrownBy(() -> CudaEngine.open(CudaLibraries.load(fake, fake), 0))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "NVRTC 13.0 does not find the library libnvrtc-builtins.so.13.0, which belongs beside"
                + " it: add its folder to LD_LIBRARY_PATH, or install NVRTC anew; or choose"
                + " engine=lane");
  }

  @Test
  void opensAGpuThatTakesKernels() {
    assertThat(CudaEngine.open(CudaLibraries.load(fake, fake), 0).description().name())
        .isEqualTo("cuda");
  }

  @Test
  void namesMemoryThatIsMissingForKernels() {
    TestDriver.set("load", 2);
    CudaDevice device = CudaDevice.open(CudaLibraries.load(fake, fake), 0);

    assertThatThrownBy(() -> device.module(1))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "The GPU g++ shim is out of memory: cuModuleLoadData failed with 1024 of 1024 MiB free;"
                + " lower train.batch or run fewer tasks on a GPU");
  }

  /** No machine of these tests has a driver, or else the real one is tested anyway. */
  @Test
  void anEngineThatIsAskedForNamesWhatIsMissing() {
    Assumptions.assumeFalse(TestDriver.hasGpu(), "This machine has a GPU");

    assertThatThrownBy(() -> Engines.create("cuda", 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageEndingWith("or choose engine=lane");
  }

  @Test
  void refusesGridsThatAGpuCannotRun() {
    assertThatThrownBy(() -> Grid.ofWarps(1, 65_536, 1, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not 65536 and 1");
  }

  @Test
  void namesAMachineWithoutGpus() {
    TestDriver.set("init", NO_DEVICE);

    assertRefused(
        "The NVIDIA driver sees no GPU here: check nvidia-smi and CUDA_VISIBLE_DEVICES, and that"
            + " this process was given one; or choose engine=lane");
  }

  @Test
  void repeatsWhatADriverThatDoesNotStartSays() {
    TestDriver.set("init", UNSUPPORTED_COMBINATION);

    assertRefused(
        "The NVIDIA driver does not start: system has unsupported display driver / cuda driver"
            + " combination (803); check nvidia-smi, or choose engine=lane");
  }

  @Test
  void namesADriverThatIsTooOld() {
    TestDriver.set("version", 11080);

    assertRefused(
        "The NVIDIA driver is too old: it knows CUDA 11.8, and 12.0 is needed; install driver 525"
            + " or newer, or choose engine=lane");
  }

  @Test
  void namesAGpuThatIsTooOld() {
    TestDriver.set("capability", 61);

    assertRefused(
        "The GPU g++ shim has compute capability 6.1, and 7.0 is needed; choose engine=lane");
  }

  @Test
  void namesAGpuThatIsNotThere() {
    assertThatThrownBy(() -> CudaDevice.open(CudaLibraries.load(fake, fake), 1))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "There is no GPU 1: this process sees 1, counted from 0; check CUDA_VISIBLE_DEVICES");
  }

  @Test
  void namesTheMemoryThatIsMissingAndGivesBackWhatWasTaken() {
    NetworkSpec network = new RandomNetworks(1).network(Kind.RESIDUAL);
    CudaEngine engine = new CudaEngine(TestDriver.fakeDevice());
    engine.replica(network, 1).close();
    long used = TestDriver.used();
    TestDriver.set("memory", used + (1 << 20));

    assertThatThrownBy(() -> engine.replica(network, 2000))
        .isInstanceOf(BadInputException.class)
        .hasMessageMatching(
            "The GPU g\\+\\+ shim is out of memory: cuMemAlloc of \\d+ MiB failed with \\d+ of \\d+ MiB"
                + " free; lower train.batch or run fewer tasks on a GPU");
    assertThat(TestDriver.used()).isEqualTo(used);
  }

  @Test
  void kernelsThatDoNotCompileSayWhy() {
    CudaLibraries libraries = CudaLibraries.load(fake, fake);

    assertThatThrownBy(() -> KernelImage.compile(libraries, 90, 3))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("The kernels do not compile for 90: ")
        .hasMessageContaining("alignment");
  }
}
