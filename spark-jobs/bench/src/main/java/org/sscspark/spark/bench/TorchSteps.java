package org.sscspark.spark.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Training steps of dense networks in PyTorch on the same machine, in a process of its own. */
final class TorchSteps {
  /**
   * A way of running PyTorch.
   *
   * @param error what kept it from running; empty if nothing did
   */
  record Variant(String name, double imagesPerSecond, String error) {}

  private static final JsonMapper JSON = new JsonMapper();

  private TorchSteps() {}

  /**
   * Runs every variant, or says with one that did not run why there is none.
   *
   * @param python the interpreter
   * @param device {@code cuda} or {@code cpu}
   */
  static List<Variant> run(
      String python, String model, double width, int batch, int steps, String device) {
    List<Variant> variants = new ArrayList<>();
    String last = "";
    try {
      Path script = Files.createTempFile("ssc-torch-steps", ".py");
      try (InputStream in = TorchSteps.class.getResourceAsStream("torch_steps.py")) {
        Files.copy(in, script, StandardCopyOption.REPLACE_EXISTING);
        Process process =
            new ProcessBuilder(
                    python,
                    script.toString(),
                    model,
                    Double.toString(width),
                    Integer.toString(batch),
                    Integer.toString(steps),
                    device)
                .redirectErrorStream(true)
                .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
          for (String line = out.readLine(); line != null; line = out.readLine()) {
            last = line.isBlank() ? last : line;
            if (line.startsWith("{")) {
              variants.add(variant(line));
            }
          }
        }
      } finally {
        Files.delete(script);
      }
    } catch (IOException e) {
      last = e.getMessage();
    }
    return variants.isEmpty() ? List.of(new Variant("none", 0, last)) : variants;
  }

  private static Variant variant(String line) throws JsonProcessingException {
    JsonNode node = JSON.readTree(line);
    return new Variant(
        node.path("variant").asText(),
        node.path("imagesPerSecond").asDouble(),
        node.path("error").asText());
  }

  /** The highest rate; empty if nothing ran. */
  static OptionalDouble best(List<Variant> variants) {
    return variants.stream().mapToDouble(Variant::imagesPerSecond).filter(rate -> rate > 0).max();
  }
}
