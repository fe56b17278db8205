package org.sscspark.spark.prune;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.Serializer;
import org.apache.spark.serializer.SerializerInstance;
import org.junit.jupiter.api.Test;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** Kind: what travels outside of the heap, by whichever serializer a cluster has. */
class SentWeightsTest {
  private static final double[] WEIGHTS = {1, -0.0, Math.PI, Double.MIN_VALUE, Double.NaN, 1e300};

  @Test
  void arriveByEitherSerializerFromAnyMemory() {
    DoubleBuffer outside =
        ByteBuffer.allocateDirect(WEIGHTS.length * Double.BYTES).asDoubleBuffer().put(0, WEIGHTS);
    SparkConf conf = new SparkConf(false);
    for (Serializer by : new Serializer[] {new JavaSerializer(conf), new KryoSerializer(conf)}) {
      for (DoubleBuffer sent : new DoubleBuffer[] {outside, DoubleBuffer.wrap(WEIGHTS)}) {
        DoubleBuffer arrived = travelled(new SentWeights(sent), by.newInstance()).values();
        double[] values = new double[arrived.limit()];
        arrived.get(0, values);
        assertThat(values).as(by.getClass().getSimpleName()).isEqualTo(WEIGHTS);
      }
    }
  }

  private static SentWeights travelled(SentWeights weights, SerializerInstance by) {
    ClassTag<SentWeights> type = ClassTag$.MODULE$.apply(SentWeights.class);
    return by.deserialize(by.serialize(weights, type), type);
  }
}
