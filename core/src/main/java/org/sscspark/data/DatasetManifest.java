package org.sscspark.data;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import org.sscspark.config.BadInputException;
import org.sscspark.config.UnmetSettingsException;
import org.sscspark.network.FeatureShape;
import org.sscspark.storage.Sha256;

/**
 * What a sharded data set is: the content of its {@code dataset.json}.
 *
 * @param formatVersion the version of the folder's format, {@link #FORMAT_VERSION}
 * @param name the name of the data set
 * @param sizes the sizes of the images
 * @param encoding what the shards hold
 * @param classes the name of each class; a label is an index into it
 * @param classCounts the examples of each class
 * @param examples the examples of all classes
 * @param seed the seed of the assignment of examples to shards
 * @param mean the mean of each channel, pixels being 0 to 255
 * @param std the standard deviation of each channel, pixels being 0 to 255
 * @param shards the files, in stored order
 * @param source where the images came from
 * @param reading what reading them met that was not taken as it was
 */
@JsonPropertyOrder({"formatVersion", "name", "shape"})
public record DatasetManifest(
    int formatVersion,
    String name,
    @JsonProperty("shape") ImageSizes sizes,
    ImageEncoding encoding,
    List<String> classes,
    List<Long> classCounts,
    long examples,
    long seed,
    List<Double> mean,
    @JsonAlias("deviation") List<Double> std,
    List<ShardFile> shards,
    DatasetSource source,
    ReadingNotes reading)
    implements Serializable {
  /** The version that this code writes, and the newest that it reads. */
  public static final int FORMAT_VERSION = 3;

  /** The manifest's name in the data set's folder. */
  public static final String FILE_NAME = "dataset.json";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  public DatasetManifest {
    classes = List.copyOf(classes);
    classCounts = List.copyOf(classCounts);
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    shards = List.copyOf(shards);
    if (classes.size() != classCounts.size()) {
      throw new IllegalArgumentException(
          classes.size() + " classes but " + classCounts.size() + " class counts");
    }
    requireDistinct("class", classes);
    requireDistinct("shard", shards.stream().map(ShardFile::file).toList());
    if (mean.size() != sizes.channels() || std.size() != sizes.channels()) {
      throw new IllegalArgumentException(
          "Means and stds must be one a channel, for " + sizes.channels() + " channels");
    }
    long inClasses = classCounts.stream().mapToLong(Long::longValue).sum();
    long inShards = shards.stream().mapToLong(ShardFile::examples).sum();
    if (inClasses != examples || inShards != examples) {
      throw new IllegalArgumentException(
          "%s examples, but %s in the classes and %s in the shards"
              .formatted(examples, inClasses, inShards));
    }
  }

  private static void requireDistinct(String what, List<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new IllegalArgumentException("%s '%s' is in it twice".formatted(what, name));
      }
    }
  }

  /**
   * Returns the shape of every image.
   *
   * @throws BadInputException if images have sizes of their own
   */
  public FeatureShape shape() {
    if (!sizes.isOne()) {
      throw new UnmetSettingsException(
          "Images of data set %s have sizes of their own, %s, and one size is needed here; give train.augmentation.resize, or shard them with --resize"
              .formatted(name, sizes));
    }
    return sizes.shape();
  }

  /**
   * Returns this manifest with one size for images that have sizes of their own: a data set with it
   * scales every image, as it decodes it, until it just covers the shape, and cuts its centre out.
   *
   * @throws BadInputException if the data set holds pixels
   */
  public DatasetManifest resizedTo(FeatureShape shape) {
    if (encoding != ImageEncoding.ENCODED) {
      throw new UnmetSettingsException(
          "Data set %s holds pixels of %s; images can be resized only where shards hold image files"
              .formatted(name, sizes));
    }
    return with(ImageSizes.of(shape), encoding);
  }

  /** Returns this manifest of images of other sizes, or held otherwise. */
  DatasetManifest with(ImageSizes otherSizes, ImageEncoding otherEncoding) {
    return new DatasetManifest(
        formatVersion,
        name,
        otherSizes,
        otherEncoding,
        classes,
        classCounts,
        examples,
        seed,
        mean,
        std,
        shards,
        source,
        reading);
  }

  /**
   * Checks that each shard fits into memory at once, as a file and as pixels, as where whole images
   * are read.
   *
   * @throws BadInputException if images have sizes of their own, or some shard is too large
   */
  public void requireRoom() {
    for (ShardFile shard : shards) {
      long bytes = shard.pixelBytes(shape());
      if (bytes > ShardFile.MOST_BYTES) {
        throw new UnmetSettingsException(
            String.format(
                Locale.ROOT,
                "Data set %s has %,d images of %s in shard %s, %,d bytes, more than fit into memory at once; take a smaller train.augmentation.resize, or shard it again into more shards, with --shards",
                name,
                shard.examples(),
                shape(),
                shard.file(),
                bytes));
      }
      if (shard.bytes() > ShardFile.MOST_BYTES) {
        throw new UnmetSettingsException(
            String.format(
                Locale.ROOT,
                "Shard %s of data set %s has %,d bytes, more than are read at once; shard it again into more shards, with --shards",
                shard.file(),
                name,
                shard.bytes()));
      }
    }
  }

  /** Returns a checksum of the content: equal for equal shards, wherever they are. */
  public String contentSha256() {
    StringBuilder checksums = new StringBuilder();
    shards.forEach(shard -> checksums.append(shard.sha256()).append('\n'));
    return Sha256.of(checksums.toString().getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * Returns the way in which this program makes pixels of what the shards hold, {@link
   * ImageDecoder#VERSION}; empty if they hold pixels.
   */
  public OptionalInt decoding() {
    return encoding == ImageEncoding.ENCODED
        ? OptionalInt.of(ImageDecoder.VERSION)
        : OptionalInt.empty();
  }

  /** Returns this manifest as JSON. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write a manifest as JSON", e);
    }
  }

  /**
   * Returns the manifest that a JSON text holds.
   *
   * @param where what the text was read from, for messages
   * @throws BadInputException if it is no manifest, or of a newer version
   */
  public static DatasetManifest fromJson(String json, String where) {
    try {
      JsonNode tree = JSON.readTree(json);
      if (!tree.isObject()) {
        throw new IllegalArgumentException("it is no JSON object");
      }
      int version = tree.path("formatVersion").asInt();
      if (version > FORMAT_VERSION) {
        throw new BadInputException(
            "%s has format version %s, but this program reads up to %s; use a newer program"
                .formatted(where, version, FORMAT_VERSION));
      }
      if (version == 1 && tree instanceof ObjectNode first) {
        first.set("reading", JSON.valueToTree(ReadingNotes.none()));
      }
      return JSON.treeToValue(tree, DatasetManifest.class);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new BadInputException(
          "%s is not a data set's manifest (%s); shard the data set again"
              .formatted(where, e.getMessage().lines().findFirst().orElse("no reason given")),
          e);
    }
  }
}
