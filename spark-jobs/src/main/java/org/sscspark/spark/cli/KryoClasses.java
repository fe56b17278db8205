package org.sscspark.spark.cli;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.KryoRegistrator;

/**
 * Registers what travels between driver and executors, for clusters whose serializer is Kryo. Kryo
 * cannot make records, so they travel as Java writes them; those that travel by themselves are
 * named here, because some clusters demand it (spark.kryo.registrationRequired). What they hold
 * need not be.
 */
public final class KryoClasses implements KryoRegistrator {
  private static final String REGISTRATORS = "spark.kryo.registrator";

  private static final List<String> TRAVELLERS =
      List.of(
          "org.sscspark.spark.averaging.Contribution",
          "org.sscspark.spark.dataset.TaskAnswer",
          "org.sscspark.spark.dataset.RowKey",
          "[Lorg.sscspark.spark.dataset.RowKey;",
          "org.sscspark.spark.dataset.TableRow",
          "org.sscspark.spark.dataset.TableCount",
          "org.sscspark.spark.ml.Fingerprint",
          "org.sscspark.spark.prune.ChunkPart",
          "org.sscspark.spark.prune.SentWeights",
          "org.sscspark.data.raw.RawPart",
          "org.sscspark.data.raw.RawRecord",
          "org.sscspark.data.sharding.PartCount",
          "org.sscspark.data.sharding.ExamplePlace",
          "org.sscspark.data.sharding.PlacedImage",
          "org.sscspark.data.sharding.PlannedPart",
          "org.sscspark.data.sharding.WrittenShard",
          "org.sscspark.training.PartsEvaluation");

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
  public void registerClasses(Kryo kryo) {
    kryo.addDefaultSerializer(Record.class, JavaSerializer.class);
    kryo.register(ArrayList.class);
    for (String name : TRAVELLERS) {
      try {
        kryo.register(Class.forName(name, false, KryoClasses.class.getClassLoader()));
      } catch (ClassNotFoundException e) {
        throw new IllegalStateException("A class that travels is not in this jar", e);
      }
    }
  }
}
