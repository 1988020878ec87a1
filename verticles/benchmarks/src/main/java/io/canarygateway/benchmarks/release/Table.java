package io.canarygateway.benchmarks.release;

import java.util.Collections;
import java.util.List;

/** A part of the document as Markdown. */
final class Table {

  private final StringBuilder text = new StringBuilder();

  Table heading(String heading) {
    text.append("\n## ").append(heading).append("\n\n");
    return this;
  }

  Table prose(String prose) {
    text.append(prose.strip()).append("\n\n");
    return this;
  }

  Table head(String... cells) {
    row(cells);
    return row(Collections.nCopies(cells.length, "---").toArray(String[]::new));
  }

  Table row(String... cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    return this;
  }

  Table row(List<String> cells) {
    return row(cells.toArray(String[]::new));
  }

  /** A line after a table. */
  Table end() {
    text.append('\n');
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
