package org.sscspark.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A settings file with all that it includes, as one text that travels to a driver on another
 * machine. There it is a {@link SettingsSource}, so errors name the user's files and lines.
 *
 * @param main the file that includes the others
 * @param files texts by location
 */
public record SettingsBundle(URI main, Map<URI, String> files) implements SettingsSource {
  private static final String MAIN = "main";
  private static final String FILES = "files";

  public SettingsBundle {
    files = Map.copyOf(files);
  }

  /**
   * Reads a file and its includes.
   *
   * @throws BadInputException if one is absent or malformed
   */
  public static SettingsBundle of(SettingsSource source, String file) {
    Map<URI, String> files = new LinkedHashMap<>();
    SettingsFile.parse(
        location -> {
          Optional<String> text = source.read(location);
          text.ifPresent(found -> files.put(location, found));
          return text;
        },
        file);
    return new SettingsBundle(Location.of(file), files);
  }

  @Override
  public Optional<String> read(URI location) {
    return Optional.ofNullable(files.get(location));
  }

  /** The bundle in letters, digits and {@code +/=}. */
  public String encoded() {
    Map<String, String> texts = new TreeMap<>();
    files.forEach((location, text) -> texts.put(location.toString(), text));
    String json =
        ConfigValueFactory.fromMap(Map.of(MAIN, main.toString(), FILES, texts))
            .render(ConfigRenderOptions.concise());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(json.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  /**
   * The bundle of {@link #encoded()}.
   *
   * @throws BadInputException if the text is not a whole bundle
   */
  public static SettingsBundle decoded(String text) {
    try (GZIPInputStream in =
        new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(text)))) {
      String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      Config config = ConfigFactory.parseString(json);
      Map<URI, String> files = new LinkedHashMap<>();
      config
          .getObject(FILES)
          .forEach((key, value) -> files.put(URI.create(key), (String) value.unwrapped()));
      return new SettingsBundle(URI.create(config.getString(MAIN)), files);
    } catch (IOException | IllegalArgumentException | ConfigException e) {
      throw new BadInputException(
          "The settings that came with this job cannot be read; submit it again", e);
    }
  }
}
