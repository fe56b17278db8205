package org.sscspark.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.io.api.Binary;

/**
 * The pages of one required column of a row group, in Parquet's PLAIN encoding: numbers in little
 * endian, and binary values after their length.
 */
final class ColumnPages {
  private static final int PAGE_BYTES = 1 << 20;

  private final ColumnDescriptor descriptor;
  private final ByteBuffer number = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
  private final List<Page> pages = new ArrayList<>();
  private final ByteArrayOutputStream values = new ByteArrayOutputStream();
  private Statistics<?> statistics;
  private int count;
  private long fullBytes;

  /** A page that is full. */
  @SuppressWarnings("ArrayRecordComponent") // Written once and never compared.
  private record Page(byte[] values, int count, Statistics<?> statistics) {}

  ColumnPages(ColumnDescriptor descriptor) {
    this.descriptor = descriptor;
    this.statistics = Statistics.createStats(descriptor.getPrimitiveType());
  }

  ColumnDescriptor descriptor() {
    return descriptor;
  }

  /** The bytes in all pages. */
  long bytes() {
    return fullBytes + values.size();
  }

  void add(long value) {
    statistics.updateStats(value);
    values.write(number.putLong(0, value).array(), 0, Long.BYTES);
    added();
  }

  void add(int value) {
    statistics.updateStats(value);
    values.write(number.putInt(0, value).array(), 0, Integer.BYTES);
    added();
  }

  void add(Binary value) {
    statistics.updateStats(value);
    values.write(number.putInt(0, value.length()).array(), 0, Integer.BYTES);
    values.writeBytes(value.getBytesUnsafe());
    added();
  }

  private void added() {
    count++;
    if (values.size() >= PAGE_BYTES) {
      endPage();
    }
  }

  private void endPage() {
    pages.add(new Page(values.toByteArray(), count, statistics));
    fullBytes += values.size();
    values.reset();
    count = 0;
    statistics = Statistics.createStats(descriptor.getPrimitiveType());
  }

  /** Writes all pages and forgets them. */
  void drainTo(ParquetFileWriter writer) throws IOException {
    if (count > 0) {
      endPage();
    }
    for (Page page : pages) {
      writer.writeDataPageV2(
          page.count(),
          0,
          page.count(),
          BytesInput.empty(),
          BytesInput.empty(),
          Encoding.PLAIN,
          BytesInput.from(page.values()),
          page.values().length,
          page.statistics());
    }
    pages.clear();
    fullBytes = 0;
  }
}
