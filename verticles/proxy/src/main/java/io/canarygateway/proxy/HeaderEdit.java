package io.canarygateway.proxy;

import io.canarygateway.config.HeaderChanges;
import io.canarygateway.http.Head;
import io.canarygateway.http.HeadWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/**
 * The changes of a filter to header lines, prepared for many messages. Immutable.
 *
 * <p>A name counts in any case. Many servers take an underscore for a dash, so the line {@code
 * X_Env} does not outlive a filter that sets or removes {@code X-Env}.
 */
final class HeaderEdit {

  private final HeaderChanges changes;

  /** The names of which no line stays. */
  private final String[] replaced;

  /** The lines to write, with their line ends. */
  private final byte[] lines;

  HeaderEdit(HeaderChanges changes) {
    this.changes = changes;
    this.replaced = changes.replaced().toArray(String[]::new);
    StringBuilder text = new StringBuilder();
    append(text, changes.set());
    append(text, changes.add());
    this.lines = text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void append(StringBuilder text, Map<String, String> headers) {
    headers.forEach((name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
  }

  /** Whether no header is changed. */
  boolean isEmpty() {
    return changes.isEmpty();
  }

  /** Whether a line that arrived stays. */
  boolean keeps(Head head, int line) {
    for (String name : replaced) {
      if (head.isNamedLike(line, name)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a header of the gateway's own stays. */
  boolean keeps(String header) {
    for (String name : replaced) {
      if (name.equalsIgnoreCase(header)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a header is set, added or removed. */
  boolean changes(String header) {
    return !keeps(header)
        || changes.add().keySet().stream()
            .anyMatch(name -> name.toLowerCase(Locale.ROOT).equals(header));
  }

  /** Writes the lines that are set and added. */
  void write(HeadWriter writer) {
    writer.bytes(lines);
  }
}
