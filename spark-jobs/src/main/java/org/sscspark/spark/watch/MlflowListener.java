package org.sscspark.spark.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.sscspark.training.EpochMetrics;
import org.sscspark.training.TrainingState;

/**
 * Logs a run to an MLflow tracking server by its REST interface (mlflow.org, version 2.0 of the
 * interface), one request an epoch. The server is that of {@code MLFLOW_TRACKING_URI}, an http
 * address; the experiment that of {@code MLFLOW_EXPERIMENT_ID}, else the default one, 0; a token in
 * {@code MLFLOW_TRACKING_TOKEN} is sent. A run that resumes after an interruption is a new run of
 * MLflow's, with the same name.
 */
public final class MlflowListener implements RunListener {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int OK = 200;

  /** MLflow refuses longer values of parameters. */
  private static final int LONGEST = 500;

  /** MLflow refuses more parameters at once. */
  private static final int MOST = 100;

  private static final JsonMapper JSON = new JsonMapper();

  /**
   * Of version 1.1: Java would ask for 2 with the first request, of which uvicorn loses the body.
   */
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

  private final String server;
  private final String experiment;
  private final Optional<String> token;
  private String runId;

  /** As the environment says. */
  public MlflowListener() {
    this(
        Optional.ofNullable(System.getenv("MLFLOW_TRACKING_URI"))
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "MLFLOW_TRACKING_URI is not set to the address of a server")),
        Optional.ofNullable(System.getenv("MLFLOW_EXPERIMENT_ID")).orElse("0"),
        Optional.ofNullable(System.getenv("MLFLOW_TRACKING_TOKEN")));
  }

  MlflowListener(String server, String experiment, Optional<String> token) {
    this.server = server.replaceAll("/+$", "");
    this.experiment = experiment;
    this.token = token;
  }

  @Override
  public void onRun(WatchedRun run) {
    ObjectNode create =
        JsonNodeFactory.instance
            .objectNode()
            .put("experiment_id", experiment)
            .put("run_name", run.name())
            .put("start_time", System.currentTimeMillis());
    runId = post("runs/create", create).path("run").path("info").path("run_id").asText();
    ObjectNode batch = batch();
    ArrayNode parameters = batch.putArray("params");
    for (Map.Entry<String, String> setting : run.settings().entrySet()) {
      String value = setting.getValue();
      parameters
          .addObject()
          .put("key", setting.getKey())
          .put("value", value.substring(0, Math.min(LONGEST, value.length())));
      if (parameters.size() == MOST) {
        post("runs/log-batch", batch);
        parameters.removeAll();
      }
    }
    batch.putArray("tags").addObject().put("key", "folder").put("value", run.folder().toString());
    post("runs/log-batch", batch);
  }

  @Override
  public void onEpoch(EpochMetrics metrics, TrainingState state) {
    ObjectNode batch = batch();
    ArrayNode values = batch.putArray("metrics");
    Map<String, Double> scalars = Scalars.of(metrics);
    scalars.put("speed/images-per-second", metrics.imagesPerSecond());
    scalars.forEach(
        (tag, value) ->
            values
                .addObject()
                .put("key", tag)
                .put("value", value)
                .put("timestamp", System.currentTimeMillis())
                .put("step", metrics.epoch() + 1));
    post("runs/log-batch", batch);
  }

  @Override
  public void onEnd(boolean complete) {
    post(
        "runs/update",
        JsonNodeFactory.instance
            .objectNode()
            .put("run_id", runId)
            .put("status", complete ? "FINISHED" : "KILLED")
            .put("end_time", System.currentTimeMillis()));
  }

  private ObjectNode batch() {
    return JsonNodeFactory.instance.objectNode().put("run_id", runId);
  }

  private JsonNode post(String method, ObjectNode body) {
    try {
      HttpResponse<String> answer =
          client.send(request(method, body), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != OK) {
        throw new IOException(
            "%s answers %s with %s: %s"
                .formatted(server, method, answer.statusCode(), answer.body()));
      }
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      // Of a connection that is refused, Java says nothing but that.
      throw new UncheckedIOException(
          "Cannot log to %s, the server that MLFLOW_TRACKING_URI names: %s".formatted(server, e),
          e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "MLFLOW_TRACKING_URI is %s: it must be an address as in http://HOST:5000"
              .formatted(server),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while " + server + " was asked", e);
    }
  }

  private HttpRequest request(String method, ObjectNode body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server + "/api/2.0/mlflow/" + method))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
    token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
    return request.build();
  }
}
