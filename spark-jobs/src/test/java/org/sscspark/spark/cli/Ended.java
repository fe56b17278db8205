package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;

/** A command that has run in this JVM. */
public record Ended(int exitCode, String out, String err) {
  public static Ended ssc(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] texts = new String[arguments.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = arguments[i].toString();
    }
    int exitCode = Main.run(new PrintWriter(out), new PrintWriter(err), texts);
    return new Ended(exitCode, out.toString(), err.toString());
  }

  /** The document on standard output of a command that succeeded. */
  public JsonNode json() throws JsonProcessingException {
    assertThat(exitCode).as(err).isZero();
    return new JsonMapper().readTree(out);
  }

  /**
   * Bad input: exit code 2, nothing on standard output, and one line that contains all of these.
   */
  public void isBadInput(String... parts) {
    assertThat(exitCode).as(err).isEqualTo(2);
    assertThat(out).isEmpty();
    assertThat(err.strip().lines().count()).as(err).isEqualTo(1);
    assertThat(err).contains(parts);
  }
}
