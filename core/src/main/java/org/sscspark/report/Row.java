package org.sscspark.report;

import java.util.List;

/** Blocks beside each other where the page is wide enough, and below each other where not. */
public record Row(List<Block> blocks) implements Block {
  public Row {
    blocks = List.copyOf(blocks);
  }

  /** The blocks from left to right. */
  public static Row of(Block... blocks) {
    return new Row(List.of(blocks));
  }

  @Override
  public String html() {
    StringBuilder html = new StringBuilder("<div class=\"row\">\n");
    for (Block block : blocks) {
      html.append("<div>\n").append(block.html()).append("</div>\n");
    }
    return html.append("</div>\n").toString();
  }
}
