package org.sscspark.spark.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** libtorch through JavaCPP's presets, in a JVM of its own: its JavaCPP is not ND4J's. */
final class Libtorch {
  private static final String NAME = "libtorch";

  private static final String BUILD = "mvn -Plibtorch -pl spark-jobs/bench-libtorch package";

  private static final String MAIN = "org.sscspark.libtorch.LibtorchPeer";

  private Libtorch() {}

  /**
   * Starts it.
   *
   * @param folder what the module's build made: a jar, and the libraries beside it
   * @throws TorchPeer.MissingException if they are not there
   */
  static TorchPeer start(Path folder, PeerJob job) throws TorchPeer.MissingException {
    Path libraries = folder.resolve("libraries");
    try {
      if (!hasNatives(libraries)) {
        throw leftOut(
            "its native libraries are not in %s. Get it, 110 MB, with: %s"
                .formatted(libraries, BUILD));
      }
      String classPath = folder.resolve("*") + File.pathSeparator + libraries.resolve("*");
      return TorchPeer.start(
          NAME,
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx256m",
              // Tensors are freed when a step is done with them, not by looking at the heap.
              "-Dorg.bytedeco.javacpp.nopointergc=true",
              "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
              "-cp",
              classPath,
              MAIN),
          job);
    } catch (IOException failed) {
      throw leftOut(
          "%s. If it crashed, hs_err_pid*.log in this folder says where; build it anew with: %s"
              .formatted(failed.getMessage(), BUILD));
    }
  }

  private static boolean hasNatives(Path libraries) throws IOException {
    if (!Files.isDirectory(libraries)) {
      return false;
    }
    try (DirectoryStream<Path> natives =
        Files.newDirectoryStream(libraries, "pytorch-*-linux-*.jar")) {
      return natives.iterator().hasNext();
    }
  }

  private static TorchPeer.MissingException leftOut(String why) {
    return new TorchPeer.MissingException("libtorch is left out: " + why);
  }
}
