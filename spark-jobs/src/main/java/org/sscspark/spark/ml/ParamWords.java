package org.sscspark.spark.ml;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.sscspark.config.BadInputException;

/** Messages about options of the command shard, in the words of params. */
final class ParamWords {
  private static final Map<String, String> WORDS = new LinkedHashMap<>();

  static {
    WORDS.put(
        "pass --resize to make them one size, or --encoding encoded to keep each as it is",
        "set imageSize to make them one size");
    WORDS.put("pass --resize or raise --max-pixels", "set imageSize");
    WORDS.put("; raise --max-pixels", "");
    WORDS.put(", or raise --max-pixels", "");
    WORDS.put("; see --max-bytes", "");
    WORDS.put(
        "do not change the files meanwhile",
        "a table must give the same rows each time it is read: cache() it, or write it and use what"
            + " was written");
    WORDS.put("the same command", "the same fit");
    WORDS.put("--image-column", "imageCol");
    WORDS.put("--label-column", "labelCol");
    WORDS.put("--id-column", "idCol");
    WORDS.put("--image-shape", "imageShape");
    WORDS.put("--resize", "imageSize");
    WORDS.put("--out", "workDir");
    WORDS.put("--skip-corrupt", "skipCorrupt");
  }

  private ParamWords() {}

  /** The bad input that a failure comes from, if it does. */
  static Optional<BadInputException> badInput(Exception failure) {
    return ExceptionUtils.getThrowableList(failure).stream()
        .filter(BadInputException.class::isInstance)
        .map(cause -> of((BadInputException) cause))
        .findFirst();
  }

  static BadInputException of(BadInputException e) {
    return new BadInputException(of(e.getMessage()), e);
  }

  static String of(String message) {
    String text = message;
    for (Map.Entry<String, String> word : WORDS.entrySet()) {
      text = text.replace(word.getKey(), word.getValue());
    }
    return text;
  }
}
