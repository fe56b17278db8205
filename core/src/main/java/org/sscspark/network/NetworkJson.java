package org.sscspark.network;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.sscspark.config.BadInputException;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;

/**
 * Networks as JSON: an exact round trip, in which a pattern is a few numbers. An operator's JSON is
 * its record, with its kind under {@code op}; shapes are arrays, supports as {@link SupportJson}
 * has them.
 *
 * <p>In format 1, which is read too, the shape of the weights stands beside the support.
 */
public final class NetworkJson {
  private static final int FORMAT = 2;
  private static final int OLDEST_FORMAT = 1;
  private static final String FORMAT_KEY = "format";

  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addMixIn(FeatureShape.class, Array.class)
          .addMixIn(WeightShape.class, Array.class)
          .addMixIn(Support.class, SupportJson.MixIn.class)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  private NetworkJson() {}

  /** A record of numbers as an array of them. */
  @JsonFormat(shape = JsonFormat.Shape.ARRAY)
  @JsonPropertyOrder({"filters", "channels", "height", "width", "kernelHeight", "kernelWidth"})
  private interface Array {}

  /** Returns a network as one line of JSON. */
  public static String write(NetworkSpec network) {
    try {
      ObjectNode root = MAPPER.createObjectNode();
      root.put(FORMAT_KEY, FORMAT);
      root.setAll(MAPPER.<ObjectNode>valueToTree(network));
      return MAPPER.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write network " + network.name(), e);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws BadInputException if it is not such JSON, or not a valid network
   */
  public static NetworkSpec read(String json) {
    JsonNode root = tree(json);
    JsonNode format = root.path(FORMAT_KEY);
    if (!format.isInt()) {
      throw new BadInputException("Network description has no 'format' where it is needed");
    }
    if (format.asInt() < OLDEST_FORMAT || format.asInt() > FORMAT) {
      throw new BadInputException(
          "Network description has format %s; this version reads %s to %s"
              .formatted(format.asInt(), OLDEST_FORMAT, FORMAT));
    }
    if (format.asInt() == OLDEST_FORMAT) {
      root.path("ops").forEach(NetworkJson::bringUpToDate);
    }
    ((ObjectNode) root).remove(FORMAT_KEY);
    try {
      return MAPPER.treeToValue(root, NetworkSpec.class);
    } catch (JsonProcessingException e) {
      throw new BadInputException("Network description " + complaint(e, root), e);
    }
  }

  private static JsonNode tree(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new BadInputException(
          "Network description cannot be read: " + e.getOriginalMessage(), e);
    }
  }

  private static void bringUpToDate(JsonNode op) {
    if (op instanceof ObjectNode node
        && node.get("support") instanceof ObjectNode support
        && node.has("weights")) {
      support.set("shape", node.remove("weights"));
    }
  }

  private static String complaint(JsonProcessingException e, JsonNode root) {
    if (e.getCause() instanceof BadInputException
        || e.getCause() instanceof IllegalArgumentException) {
      return "cannot be read: " + e.getCause().getMessage();
    }
    String place = e instanceof JsonMappingException mapping ? place(mapping, root) : "";
    if (e instanceof InvalidTypeIdException unknown) {
      return "has an unknown operator '" + unknown.getTypeId() + "'" + place;
    }
    if (e instanceof UnrecognizedPropertyException unknown) {
      return "has '" + unknown.getPropertyName() + "', which nothing uses," + place;
    }
    if (e instanceof MismatchedInputException mismatched) {
      return "does not fit" + place + ": " + mismatched.getOriginalMessage();
    }
    return "cannot be read: " + e.getOriginalMessage();
  }

  /** The operator in which something is wrong, by its name. */
  private static String place(JsonMappingException e, JsonNode root) {
    return e.getPath().stream()
        .filter(reference -> reference.getIndex() >= 0)
        .findFirst()
        .map(reference -> root.path("ops").path(reference.getIndex()).path("name").asText())
        .map(name -> " at " + name)
        .orElse("");
  }
}
