package org.sscspark.spark.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The part of Kubernetes' API server that makes objects, and keeps what it was sent. */
final class KubernetesApi implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpServer server;
  private final List<JsonNode> sent = Collections.synchronizedList(new ArrayList<>());

  KubernetesApi() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  /** As {@code --master} takes it. */
  String master() {
    return "k8s://http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The last object of a kind. */
  JsonNode sent(String kind) {
    return sent.stream()
        .filter(object -> object.path("kind").asText().equals(kind))
        .reduce((before, last) -> last)
        .orElseThrow(() -> new AssertionError("No " + kind + " was sent: " + sent));
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String text = new String(body, StandardCharsets.UTF_8);
    JsonNode object = text.startsWith("{") ? JSON.readTree(text) : JSON.createObjectNode();
    if (object instanceof ObjectNode made && made.has("metadata")) {
      sent.add(made.deepCopy());
      ((ObjectNode) made.get("metadata")).put("uid", "uid-" + sent.size());
    }
    byte[] answer = JSON.writeValueAsBytes(object);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(
        exchange.getRequestMethod().equals("GET") ? 404 : 201, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
