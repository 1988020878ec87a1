package io.canarygateway.metrics;

import io.canarygateway.message.FlagReport.Covered;
import io.canarygateway.message.FlagReport.FlagState;
import io.canarygateway.message.JournalEntry;
import io.canarygateway.metrics.PageQuery.Show;
import java.util.List;
import java.util.Locale;

/**
 * A flag as the page shows it. Secrets are masked by who reports them.
 *
 * @param value the value in force, cut for the list
 * @param full the value in force
 * @param setAt when it was set
 * @param editable whether an override may be tried
 * @param edit the text that an editor begins with; empty if the shown value is no input
 * @param isList whether an editor takes several values, with commas between them
 * @param isOverridden whether an override is in force
 */
record FlagRow(
    String name,
    String type,
    String usage,
    String value,
    String full,
    String defaultValue,
    boolean dynamic,
    boolean changed,
    String source,
    String origin,
    String setAt,
    List<Covered> covered,
    boolean editable,
    String edit,
    boolean isList,
    boolean isOverridden) {

  private static final int MAX_VALUE = 160;
  private static final int MAX_FULL = 20_000;
  private static final String MASK = "***";

  static FlagRow of(FlagState flag) {
    String value = flag.currentValue();
    boolean list = flag.type().endsWith("slice") || flag.type().endsWith("set") || isUrls(flag);
    return new FlagRow(
        flag.name(),
        flag.type(),
        flag.usage(),
        PageText.cut(value, MAX_VALUE),
        PageText.cut(value, MAX_FULL),
        PageText.cut(flag.defaultValue(), MAX_FULL),
        flag.dynamic(),
        flag.changed(),
        flag.source(),
        flag.origin(),
        PageText.time(flag.setAtMillis()),
        flag.covered().stream()
            .map(one -> new Covered(one.source(), PageText.cut(one.value(), MAX_VALUE)))
            .toList(),
        flag.dynamic(),
        list || value.equals(MASK) || value.length() > MAX_FULL ? "" : value,
        list,
        flag.source().equals("override"));
  }

  /** Several URLs are shown as {@code [URL URL]}, which is no input. */
  private static boolean isUrls(FlagState flag) {
    return flag.type().equals("url") && flag.currentValue().startsWith("[");
  }

  /** Whether a flag belongs to a list. */
  static boolean isShown(FlagState flag, Show show) {
    return switch (show) {
      case ALL -> true;
      case SET -> flag.changed();
      case OVERRIDDEN -> flag.source().equals("override");
      case COVERED -> !flag.covered().isEmpty();
      case DYNAMIC -> flag.dynamic();
      case STATIC -> !flag.dynamic();
    };
  }

  /**
   * An entry of the journal as the page shows it.
   *
   * @param by the person or token; empty if that is not known
   * @param coveredBy the layer that covers the value; empty if it is in force
   */
  record Change(
      String time,
      String flag,
      String old,
      String now,
      String source,
      String origin,
      long revision,
      String by,
      String coveredBy) {

    static Change of(JournalEntry entry) {
      return new Change(
          PageText.time(entry.atMillis()),
          entry.flag(),
          PageText.cut(entry.old(), MAX_VALUE),
          PageText.cut(entry.now(), MAX_VALUE),
          entry.source(),
          entry.origin(),
          entry.revision(),
          entry.by(),
          entry.coveredBy().toLowerCase(Locale.ROOT));
    }
  }
}
