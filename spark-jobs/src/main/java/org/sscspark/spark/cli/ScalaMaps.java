package org.sscspark.spark.cli;

import java.util.Map;
import scala.Predef$;
import scala.collection.JavaConverters;

/** Scala's immutable maps, which Spark's own classes take. */
final class ScalaMaps {
  private ScalaMaps() {}

  static scala.collection.immutable.Map<String, String> of(Map<String, String> map) {
    return JavaConverters.mapAsScalaMap(map).toMap(Predef$.MODULE$.$conforms());
  }
}
