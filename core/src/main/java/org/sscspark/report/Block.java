package org.sscspark.report;

/** Something that a section of an {@link HtmlReport} shows. */
public sealed interface Block permits Chart, Facts, Headlines, Listing, Prose, Row, Table {
  /** The block as an HTML fragment; everything that callers gave is escaped in it. */
  String html();
}
