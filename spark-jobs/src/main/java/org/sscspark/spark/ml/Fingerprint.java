package org.sscspark.spark.ml;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.sscspark.spark.dataset.ColumnPlaces;
import org.sscspark.spark.dataset.ExactRows;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * The content of a table: equal for equal rows in any order and any partitions. It is the number of
 * rows and the sum, modulo 2^64 in each of four words, of the rows' SHA-256.
 */
@SuppressWarnings("ArrayRecordComponent") // Summed in place and never compared.
record Fingerprint(long rows, long[] sum) implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int WORDS = 4;

  /** Reads a table. */
  static Fingerprint of(Dataset<?> table, List<String> columns) {
    return ExactRows.of(ColumnPlaces.select(table, columns))
        .toJavaRDD()
        .mapPartitions(rows -> List.of(ofRows(rows)).iterator())
        .fold(none(), Fingerprint::plus);
  }

  private static Fingerprint none() {
    return new Fingerprint(0, new long[WORDS]);
  }

  private static Fingerprint ofRows(Iterator<Row> rows) {
    Fingerprint all = none();
    MessageDigest digest = sha256();
    while (rows.hasNext()) {
      add(digest, rows.next());
      all = all.plus(of(digest));
    }
    return all;
  }

  /** That of one thing; the digest starts anew. */
  private static Fingerprint of(MessageDigest digest) {
    ByteBuffer hash = ByteBuffer.wrap(digest.digest());
    return new Fingerprint(
        1, new long[] {hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong()});
  }

  /** Each value with its length, so that no two rows look alike. */
  private static void add(MessageDigest digest, Row row) {
    for (int i = 0; i < row.size(); i++) {
      add(digest, row.get(i));
    }
  }

  private static void add(MessageDigest digest, Object value) {
    if (value == null) {
      digest.update((byte) 0);
    } else if (value instanceof Row struct) {
      add(digest, struct);
    } else if (value instanceof Seq<?> list && !isOfNumbers(list)) {
      addCount(digest, list.size());
      JavaConverters.seqAsJavaList(list).forEach(element -> add(digest, element));
    } else if (value instanceof scala.collection.Map<?, ?> map) {
      // In the order of no key: that of a map is another one in each process.
      Fingerprint entries = none();
      for (Map.Entry<?, ?> entry : JavaConverters.mapAsJavaMap(map).entrySet()) {
        MessageDigest own = sha256();
        add(own, entry.getKey());
        add(own, entry.getValue());
        entries = entries.plus(of(own));
      }
      add(digest, entries.text());
    } else {
      byte[] bytes =
          value instanceof byte[] binary
              ? binary
              : value.toString().getBytes(StandardCharsets.UTF_8);
      addCount(digest, bytes.length);
      digest.update(bytes);
    }
  }

  /** Such a list is told by its text, which pixels have quickly. */
  private static boolean isOfNumbers(Seq<?> list) {
    return list.isEmpty() || list.head() instanceof Number;
  }

  private static void addCount(MessageDigest digest, int count) {
    digest.update((byte) 1);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, count));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  private Fingerprint plus(Fingerprint other) {
    long[] words = new long[WORDS];
    Arrays.setAll(words, word -> sum[word] + other.sum[word]);
    return new Fingerprint(rows + other.rows, words);
  }

  /** The fingerprint as text. */
  String text() {
    ByteBuffer bytes = ByteBuffer.allocate((1 + WORDS) * Long.BYTES).putLong(rows);
    for (long word : sum) {
      bytes.putLong(word);
    }
    return HexFormat.of().formatHex(bytes.array());
  }
}
