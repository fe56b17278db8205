package org.sscspark.spark.cli;

import com.esotericsoftware.kryo.Kryo;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.KryoRegistrator;

/**
 * Registers what travels between driver and executors, for clusters that require it
 * (spark.kryo.registrationRequired).
 */
public final class KryoClasses implements KryoRegistrator {
  private static final String REGISTRATORS = "spark.kryo.registrator";

  /** Adds this registrator to those of the user, where Kryo is what Spark uses. */
  static void register(SparkConf conf) {
    if (conf.get("spark.serializer", "").endsWith("KryoSerializer")) {
      Set<String> names = new LinkedHashSet<>(List.of(conf.get(REGISTRATORS, "").split(",")));
      names.removeIf(String::isBlank);
      names.add(KryoClasses.class.getName());
      conf.set(REGISTRATORS, String.join(",", names));
    }
  }

  @Override
  public void registerClasses(Kryo kryo) {}
}
