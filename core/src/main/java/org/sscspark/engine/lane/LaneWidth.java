package org.sscspark.engine.lane;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import org.sscspark.engine.Engine;
import org.sscspark.engine.FeatureStorage;

/**
 * The classes of this package once more, for vectors narrower than the processor's. Compiled loops
 * are fast only if the width is a constant of the class, so another width is another class. Public
 * because the classes that it loads ask it.
 */
public final class LaneWidth extends ClassLoader {
  private static final String PACKAGE = LaneWidth.class.getPackageName() + ".";
  private static final Map<Integer, LaneWidth> LOADED = new ConcurrentHashMap<>();

  static {
    registerAsParallelCapable();
  }

  private final int lanes;

  private LaneWidth(int lanes) {
    super(lanes + " lanes", LaneWidth.class.getClassLoader());
    this.lanes = lanes;
  }

  /** The width that this class of the package was loaded for, if it is not the processor's. */
  public static OptionalInt of(Class<?> type) {
    return type.getClassLoader() instanceof LaneWidth width
        ? OptionalInt.of(width.lanes())
        : OptionalInt.empty();
  }

  /** Examples in one vector. */
  public int lanes() {
    return lanes;
  }

  /** The lane engine with vectors of this width. */
  static Engine engine(int lanes, int threads, FeatureStorage storage) {
    LaneWidth width = LOADED.computeIfAbsent(lanes, LaneWidth::new);
    try {
      return (Engine)
          width
              .loadClass(LaneEngine.class.getName())
              .getConstructor(int.class, FeatureStorage.class)
              .newInstance(threads, storage);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot make a lane engine of " + lanes + " lanes", e);
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(PACKAGE) || name.equals(LaneWidth.class.getName())) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? define(name) : loaded;
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    String file = name.replace('.', '/') + ".class";
    try (InputStream in = getParent().getResourceAsStream(file)) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = in.readAllBytes();
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }
}
