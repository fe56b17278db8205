package org.sscspark.data;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sscspark.data.augmentation.ImageChange;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/**
 * A stream for each change of a list, named by the key of the example or minibatch, by the change's
 * type and by how many of its type are before it: other types make no difference. One stream at a
 * time.
 */
final class ChangeStreams {
  private final Purpose purpose;
  private final long[] codes;
  private final RandomStream stream;

  ChangeStreams(Purpose purpose, List<? extends ImageChange> changes) {
    this.purpose = purpose;
    this.codes = new long[changes.size()];
    this.stream = RandomStream.of(0, purpose);
    Map<String, Integer> before = new HashMap<>();
    for (int i = 0; i < codes.length; i++) {
      String type = changes.get(i).type();
      codes[i] = code(type) + before.merge(type, 1, Integer::sum) - 1;
    }
  }

  /** Returns the stream of change i, at its start. */
  RandomStream at(int i, long key) {
    stream.restart(RandomStream.key(key, purpose, codes[i]));
    return stream;
  }

  /** FNV-1a of the name, so that the order of a list changes no bits. */
  private static long code(String type) {
    long code = 0xcbf29ce484222325L;
    for (int i = 0; i < type.length(); i++) {
      code = (code ^ type.charAt(i)) * 0x100000001b3L;
    }
    return code;
  }
}
