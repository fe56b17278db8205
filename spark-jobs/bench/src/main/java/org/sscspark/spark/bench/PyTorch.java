package org.sscspark.spark.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** PyTorch, in a Python of this machine. */
final class PyTorch {
  /** Where Python is looked for unless the user names one; the second has Debian's packages. */
  static final List<String> INTERPRETERS = List.of("python3", "/usr/bin/python3");

  private static final String NAME = "PyTorch";

  private static final String SCRIPT = "pytorch-peer.py";

  private PyTorch() {}

  /**
   * Starts the first interpreter that has PyTorch.
   *
   * @param interpreters commands to try in turn
   * @throws TorchPeer.MissingException if none has it
   */
  static TorchPeer start(List<String> interpreters, PeerJob job) throws TorchPeer.MissingException {
    List<String> reasons = new ArrayList<>();
    for (String interpreter : interpreters) {
      try {
        return TorchPeer.start(NAME, new ProcessBuilder(interpreter, "-c", script()), job);
      } catch (IOException missing) {
        reasons.add(missing.getMessage());
      }
    }
    throw new TorchPeer.MissingException(
        "PyTorch is left out ("
            + String.join("; ", reasons)
            + "). Install it, on Debian as python3-torch, or name a Python that has it with"
            + " --python");
  }

  private static String script() throws IOException {
    try (InputStream in = PyTorch.class.getResourceAsStream(SCRIPT)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
