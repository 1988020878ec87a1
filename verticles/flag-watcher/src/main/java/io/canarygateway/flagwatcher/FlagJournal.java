package io.canarygateway.flagwatcher;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.Problem;
import io.canarygateway.message.FlagReport.Refusal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of each applied and each refused change: one structured log line, a counter, and the last
 * refusals kept for the page. Secrets are masked. On one context.
 */
final class FlagJournal {

  private static final Logger LOG = LoggerFactory.getLogger(FlagJournal.class);
  private static final int MAX_REFUSALS = 100;
  private static final int MAX_SHOWN = 200;

  private final LongSupplier clock;
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

  FlagJournal(MeterRegistry registry, LongSupplier clock) {
    this.clock = clock;
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
   * A change that was taken.
   *
   * @param old the text in force before, null if none was set
   * @param now the text in force now, null if none is set
   * @param covered whether a layer above hides it, so that the value in force stays
   */
  void applied(
      Change change, Flag<?> flag, String old, String now, long revision, boolean covered) {
    updates.get(change.layer()).increment();
    LOG.atInfo()
        .addKeyValue("flag", change.flag())
        .addKeyValue("old", shown(flag, old))
        .addKeyValue("new", shown(flag, now))
        .addKeyValue("source", change.layer().label())
        .addKeyValue("origin", change.origin())
        .addKeyValue("revision", revision)
        .log(covered ? "flag set, but covered by another source" : "flag changed");
  }

  /** A value that was refused; the old one stays. */
  void refused(Layer layer, Problem problem, boolean secret, long revision, String origin) {
    rejections.get(layer).increment();
    write(layer, problem, secret, revision, origin, "flag refused, the old value stays");
  }

  /** A document that was refused whole, one line for each thing that is wrong with it. */
  void refusedDocument(Layer layer, List<Problem> problems, long revision, String origin) {
    rejections.get(layer).increment();
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

  /** A value that is ignored, with a reason: unknown, or static. */
  void ignored(Layer layer, Problem problem, long revision, String origin) {
    LOG.atWarn()
        .addKeyValue("flag", problem.key())
        .addKeyValue("source", layer.label())
        .addKeyValue("origin", origin)
        .addKeyValue("revision", revision)
        .addKeyValue("reason", "expected " + problem.expected())
        .log("flag ignored");
  }

  /** The last refusals, the newest first. */
  List<Refusal> refusals() {
    List<Refusal> newestFirst = new ArrayList<>(refusals.values());
    Collections.reverse(newestFirst);
    return newestFirst;
  }

  /** A text as it stands in the journal; that of the default if nothing is set. */
  private static <T> String shown(Flag<T> flag, String text) {
    T value = flag.defaultValue();
    String set = text != null ? text : value == null ? "" : flag.type().format(value);
    return flag.secret() ? "***" : cut(set);
  }

  private static String cut(String text) {
    return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
  }
}
