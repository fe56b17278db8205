package org.sscspark.spark.prune;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.DoubleBuffer;

/**
 * Weights that a driver broadcasts. There they may lie outside of the heap, which is why this is no
 * array: Spark keeps the object that is broadcast beside its serialised blocks.
 */
@DefaultSerializer(JavaSerializer.class) // Kryo cannot take a buffer apart.
final class SentWeights implements Serializable {
  private static final long serialVersionUID = 1L;

  private transient DoubleBuffer values;

  SentWeights(DoubleBuffer values) {
    this.values = values;
  }

  /** The weights; not to be changed. */
  DoubleBuffer values() {
    return values;
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    out.writeInt(values.limit());
    for (int i = 0; i < values.limit(); i++) {
      out.writeDouble(values.get(i));
    }
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    values = DoubleBuffer.allocate(in.readInt());
    for (int i = 0; i < values.limit(); i++) {
      values.put(i, in.readDouble());
    }
  }
}
