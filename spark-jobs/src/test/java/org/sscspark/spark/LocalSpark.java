package org.sscspark.spark;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the one local Spark context of the test JVM: two slots, and a task may fail once. Use
 * with {@code @ExtendWith(LocalSpark.class)} and a parameter of type JavaSparkContext.
 */
public final class LocalSpark implements ParameterResolver {

  /** Stops the context when all tests of the JVM are done. */
  private record Stopping(JavaSparkContext spark) implements Store.CloseableResource {
    @Override
    public void close() {
      spark.stop();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == JavaSparkContext.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Store store = context.getRoot().getStore(Namespace.create(LocalSpark.class));
    Stopping held = store.get("spark", Stopping.class);
    if (held == null || held.spark().sc().isStopped()) {
      // A test of the command line starts and stops Spark by itself.
      held = new Stopping(start());
      store.put("spark", held);
    }
    return held.spark();
  }

  private static JavaSparkContext start() {
    return new JavaSparkContext(
        new SparkConf()
            .setMaster("local[2,2]")
            .setAppName("tests")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "localhost")
            .set("spark.driver.bindAddress", "127.0.0.1"));
  }
}
