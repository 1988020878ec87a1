package io.canarygateway.flagwatcher;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.Problem;
import io.canarygateway.message.FlagReport.Refusal;
import io.canarygateway.message.JournalEntry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records each applied and each refused change: one structured log line and one count. Keeps the
 * last refusal of each name for {@code /debug/flagz}, of 100 names at most. Secrets are masked. On
 * one context.
 */
final class FlagJournal {

  private static final Logger LOG = LoggerFactory.getLogger(FlagJournal.class);
  private static final int MAX_REFUSALS = 100;
  private static final int MAX_SHOWN = 200;

  private final LongSupplier clock;
  private final Consumer<JournalEntry> entries;
  private final Map<Layer, Counter> updates = new EnumMap<>(Layer.class);
  private final Map<Layer, Counter> rejections = new EnumMap<>(Layer.class);
  private final Map<String, Refusal> refusals =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Refusal> eldest) {
          return size() > MAX_REFUSALS;
        }
      };

  /**
   * Creates an empty journal.
   *
   * @param clock the time in ms since 1970
   * @param entries gets an entry for each change that was made
   */
  FlagJournal(MeterRegistry registry, LongSupplier clock, Consumer<JournalEntry> entries) {
    this.clock = clock;
    this.entries = entries;
    for (Layer layer : Layer.values()) {
      if (layer != Layer.DEFAULT) {
        updates.put(
            layer, counter(registry, "gateway_flag_updates", "Values that sources set", layer));
        rejections.put(
            layer, counter(registry, "gateway_flag_rejections", "Values that were refused", layer));
      }
    }
  }

  private static Counter counter(MeterRegistry registry, String name, String help, Layer layer) {
    return Counter.builder(name).description(help).tag("source", layer.label()).register(registry);
  }

  /**
   * Records a change that was made.
   *
   * @param old the text in force before; empty for the default
   * @param now the text in force now; empty for the default
   * @param changed whether the value in force is not the same as before
   */
  void applied(
      Change change,
      Flag<?> flag,
      Optional<String> old,
      Optional<String> now,
      long revision,
      boolean changed) {
    count(updates, change.layer());
    enter(change, shown(flag, old), shown(flag, now), revision, "");
    LOG.atInfo()
        .addKeyValue("flag", change.flag())
        .addKeyValue("old", shown(flag, old))
        .addKeyValue("new", shown(flag, now))
        .addKeyValue("source", change.layer().label())
        .addKeyValue("origin", change.origin())
        .addKeyValue("by", change.by())
        .addKeyValue("revision", revision)
        .log(changed ? "flag changed" : "flag set, the value in force stays");
  }

  /**
   * Records a value that was set but is not in force, since a higher layer sets the flag too.
   *
   * @param now the text in force
   * @param by the layer that sets it
   */
  void covered(Change change, Flag<?> flag, Optional<String> now, Layer by, long revision) {
    count(updates, change.layer());
    enter(change, shown(flag, now), shown(flag, change.text()), revision, by.label());
    LOG.atWarn()
        .addKeyValue("flag", change.flag())
        .addKeyValue("wanted", shown(flag, change.text()))
        .addKeyValue("in_force", shown(flag, now))
        .addKeyValue("source", change.layer().label())
        .addKeyValue("covered_by", by.label())
        .addKeyValue("origin", change.origin())
        .addKeyValue("revision", revision)
        .log("flag set, but a higher layer covers it");
  }

  private void enter(Change change, String old, String now, long revision, String coveredBy) {
    entries.accept(
        new JournalEntry(
            clock.getAsLong(),
            change.flag(),
            old,
            now,
            change.layer().label(),
            change.origin(),
            revision,
            change.by(),
            coveredBy));
  }

  private static void count(Map<Layer, Counter> counters, Layer layer) {
    Objects.requireNonNull(counters.get(layer)).increment();
  }

  /** Records a value that was refused, so that the old value stays in force. */
  void refused(Layer layer, Problem problem, boolean secret, long revision, String origin) {
    count(rejections, layer);
    write(layer, problem, secret, revision, origin, "flag refused, the old value stays");
  }

  /** Records a document that was refused as a whole: one log line for each problem. */
  void refusedDocument(Layer layer, List<Problem> problems, long revision, String origin) {
    count(rejections, layer);
    for (Problem problem : problems) {
      write(layer, problem, false, revision, origin, "document refused, all old values stay");
    }
  }

  private void write(
      Layer layer, Problem problem, boolean secret, long revision, String origin, String message) {
    String name = cut(problem.key());
    String value = secret ? "***" : cut(problem.found());
    String reason = "expected " + problem.expected();
    refusals.remove(name);
    refusals.put(name, new Refusal(name, layer.label(), value, reason, clock.getAsLong()));
    LOG.atError()
        .addKeyValue("flag", name)
        .addKeyValue("new", value)
        .addKeyValue("source", layer.label())
        .addKeyValue("origin", origin)
        .addKeyValue("revision", revision)
        .addKeyValue("reason", reason)
        .log(message);
  }

  /** Records a value that is ignored, since its flag is unknown or static. */
  void ignored(Layer layer, Problem problem, long revision, String origin) {
    LOG.atWarn()
        .addKeyValue("flag", problem.key())
        .addKeyValue("source", layer.label())
        .addKeyValue("origin", origin)
        .addKeyValue("revision", revision)
        .addKeyValue("reason", "expected " + problem.expected())
        .log("flag ignored");
  }

  /** The last refusal of each name, the newest first. */
  List<Refusal> refusals() {
    List<Refusal> newestFirst = new ArrayList<>(refusals.values());
    Collections.reverse(newestFirst);
    return newestFirst;
  }

  /** A text as the journal shows it; the default's text if none is set. */
  private static <T> String shown(Flag<T> flag, Optional<String> text) {
    if (flag.secret()) {
      return "***";
    }
    T value = flag.defaultValue();
    return cut(text.orElse(value == null ? "" : flag.type().format(value)));
  }

  private static String cut(String text) {
    return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
  }
}
