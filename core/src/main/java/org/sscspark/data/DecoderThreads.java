package org.sscspark.data;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.sscspark.network.FeatureShape;

/** Threads of this JVM that decode images, one a core; they end when there is nothing to do. */
final class DecoderThreads {
  private static final long IDLE_SECONDS = 10;
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final ThreadPoolExecutor POOL = pool(Runtime.getRuntime().availableProcessors());

  /** Of each thread, by shape; a process has few. They go when the thread does. */
  private static final ThreadLocal<Map<FeatureShape, ImageDecoder>> DECODERS =
      ThreadLocal.withInitial(HashMap::new);

  private DecoderThreads() {}

  private static ThreadPoolExecutor pool(int threads) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "decode-images-" + NUMBER.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** Decodes something to images of a shape. */
  static <T> Future<T> submit(FeatureShape shape, Function<ImageDecoder, T> work) {
    return POOL.submit(
        () ->
            work.apply(
                DECODERS
                    .get()
                    .computeIfAbsent(
                        shape,
                        asked -> ImageDecoder.resizedTo(asked).withLimits(ReadLimits.none()))));
  }
}
