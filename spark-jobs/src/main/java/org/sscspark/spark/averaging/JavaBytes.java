package org.sscspark.spark.averaging;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;

/**
 * Objects as bytes of Java's serialisation, so that what travels does not depend on Spark's
 * serialiser (Kryo cannot make records).
 */
public final class JavaBytes {
  private JavaBytes() {}

  /** Serialises. */
  public static byte[] of(Serializable object) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot serialise " + object.getClass().getName(), e);
    }
    return bytes.toByteArray();
  }

  /** Reads what {@link #of} wrote. */
  public static <T extends Serializable> T read(byte[] bytes, Class<T> type) {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return type.cast(in.readObject());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read a serialised " + type.getName(), e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("Cannot read a serialised " + type.getName(), e);
    }
  }
}
