package io.canarygateway.benchmarks;

import io.canarygateway.benchmarks.Section.Case;
import io.canarygateway.benchmarks.Section.Figure;
import io.canarygateway.benchmarks.Section.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** The report of the results as Markdown. */
final class MarkdownReport {

  private static final String RATIO = "%.2f";
  private static final List<Figure> RATIOS =
      List.of(Figure.RATE, Figure.PER_CPU_SECOND, Figure.P99_MS);
  private static final double MANY = 100;

  private final StringBuilder text = new StringBuilder();
  private final RawResults results;

  private MarkdownReport(RawResults results) {
    this.results = results;
  }

  /**
   * The report.
   *
   * @param plot the file name of the plot, or null for a report without one
   */
  static String of(RawResults results, @Nullable String plot) {
    MarkdownReport report = new MarkdownReport(results);
    report.head(plot);
    results.sections().forEach(report::section);
    return report.text.toString();
  }

  private void head(@Nullable String plot) {
    line("# The gateway beside nginx and HAProxy");
    line("");
    line("Written by `compare.sh`, whose head says how to repeat it; do not edit.");
    line(
        "Figures are medians of the rounds. \"x nginx\" is the median of the ratios to nginx in the");
    line(
        "same round. \"per CPU-s\" is requests per second of CPU time (user and system) of all of a");
    line(
        "proxy's processes. RSS is theirs after the last round. Failures are those of all rounds and");
    line(
        "of the warm-up. Load generator, proxy and upstream share the machine: compare ratios, and");
    line("those of one run only.");
    for (Map<String, String> run : results.runs()) {
      line("");
      row(List.of("", ""));
      row(List.of("---", "---"));
      run.forEach((key, value) -> row(List.of(key, value)));
    }
    if (plot != null) {
      line("");
      line("![CPU time per request relative to nginx](" + plot + ")");
    }
  }

  private void section(Section section) {
    line("");
    line("## " + section.scenario());
    line("");
    line(section.description());
    if (results.runs().size() > 1) {
      line("Measured " + results.runOf(section).get("Date") + ".");
    }
    if (!section.rounds().isEmpty()) {
      line("");
      rounds(section);
    }
    if (!section.values().isEmpty()) {
      line("");
      values(section);
    }
    section.failures().entrySet().stream()
        .filter(e -> e.getValue() > 0)
        .forEach(
            e -> {
              line("");
              line("**" + e.getKey() + ": " + e.getValue() + "**");
            });
  }

  private void rounds(Section section) {
    boolean based =
        section.cases().stream()
            .anyMatch(c -> section.ratioToBase(c, Figure.PER_CPU_SECOND).isPresent());
    List<String> heads = new ArrayList<>(List.of("workload", "proxy", "req/s", "per CPU-s"));
    heads.addAll(List.of("p50 ms", "p99 ms", "p99.9 ms", "RSS MB", "failures"));
    heads.addAll(List.of("req/s x nginx", "per CPU-s x nginx", "p99 x nginx"));
    if (based) {
      String base = " x " + section.baseName();
      heads.addAll(List.of("req/s" + base, "per CPU-s" + base, "p99" + base));
    }
    tableHead(heads, 2);
    for (Case one : section.cases()) {
      List<String> cells = new ArrayList<>(List.of(one.workload(), one.contestant()));
      for (Figure figure : Figure.values()) {
        boolean last = figure == Figure.RSS_MB;
        cells.add(
            cell(number(figure), last ? section.last(one, figure) : section.median(one, figure)));
      }
      long failures = section.failures(one);
      cells.add(failures == 0 ? "0" : "**" + failures + "**");
      RATIOS.forEach(figure -> cells.add(cell(RATIO, section.ratio(one, figure))));
      if (based) {
        RATIOS.forEach(figure -> cells.add(cell(RATIO, section.ratioToBase(one, figure))));
      }
      row(cells);
    }
  }

  private void values(Section section) {
    List<String> metrics = section.values().stream().map(Value::metric).distinct().toList();
    List<String> heads = new ArrayList<>(List.of("proxy"));
    heads.addAll(metrics);
    tableHead(heads, 1);
    for (String contestant : section.values().stream().map(Value::contestant).distinct().toList()) {
      List<String> cells = new ArrayList<>(List.of(contestant));
      for (String metric : metrics) {
        OptionalDouble median = section.median(contestant, metric);
        cells.add(cell(median.orElse(0) < MANY ? "%.1f" : "%,.0f", median));
      }
      row(cells);
    }
  }

  private static String number(Figure figure) {
    return switch (figure) {
      case RATE, PER_CPU_SECOND, RSS_MB -> "%,.0f";
      case P50_MS, P99_MS, P999_MS -> "%.2f";
    };
  }

  private static String cell(String format, OptionalDouble value) {
    return value.isPresent() ? String.format(Locale.ROOT, format, value.getAsDouble()) : "";
  }

  private void tableHead(List<String> heads, int texts) {
    row(heads);
    List<String> rules = new ArrayList<>(Collections.nCopies(texts, "---"));
    rules.addAll(Collections.nCopies(heads.size() - texts, "--:"));
    row(rules);
  }

  private void row(List<String> cells) {
    line("| " + String.join(" | ", cells) + " |");
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
