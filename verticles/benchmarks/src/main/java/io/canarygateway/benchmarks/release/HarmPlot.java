package io.canarygateway.benchmarks.release;

import io.canarygateway.benchmarks.release.Harm.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * An SVG of the requests that fail on canary until it is taken back: a panel for each rate of
 * requests, both axes logarithmic. It follows the reader's choice of a light or dark page.
 */
final class HarmPlot {

  private static final int WIDTH = 860;
  private static final int HEIGHT = 380;
  private static final int TOP = 96;
  private static final int BOTTOM = 64;
  private static final int LEFT = 56;
  private static final int GAP = 12;
  private static final int INSET = 28;
  private static final int DECADES = 5;
  private static final String STYLE =
      """
      <style>
        .ground { fill: #ffffff } .text { fill: #24292f } .soft { fill: #57606a } .grid { stroke: #d8dee4 }
        text { font: 12px system-ui, sans-serif } .title { font-size: 16px; font-weight: 600 }
        .c0 { color: #0060a8 } .c1 { color: #c44b00 } .c2 { color: #00785a }
        .line { fill: none; stroke: currentColor; stroke-width: 2 } .dash { stroke-dasharray: 5 4 } .dot { fill: currentColor }
        @media (prefers-color-scheme: dark) {
          .ground { fill: #0d1117 } .text { fill: #e6edf3 } .soft { fill: #9198a1 } .grid { stroke: #30363d }
          .c0 { color: #58b0ff } .c1 { color: #ff9a57 } .c2 { color: #3fd0a4 }
        }
      </style>
      """;

  private final StringBuilder svg = new StringBuilder();

  static String of(List<Line> lines) {
    HarmPlot plot = new HarmPlot();
    plot.frame();
    for (int panel = 0; panel < Harm.RATES.length; panel++) {
      double rate = Harm.RATES[panel];
      plot.panel(panel, lines.stream().filter(line -> line.rate() == rate).toList());
    }
    return plot.svg.append("</svg>\n").toString();
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private void frame() {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
            + " aria-label=\"Requests that fail on canary until it is taken back\">",
        WIDTH, HEIGHT);
    svg.append(STYLE);
    add("<rect class=\"ground\" width=\"100%%\" height=\"100%%\"/>");
    text("title text", LEFT, 28, "start", "Requests that fail on canary until it is taken back");
    int x = LEFT;
    for (Rule rule : Rule.values()) {
      add("<g class=\"c%d\"><path class=\"line\" d=\"M%d 48h24\"/></g>", rule.ordinal(), x);
      text("text", x + 30, 52, "start", rule.text);
      x += 130;
    }
    text("soft", x, 52, "start", "solid: median, dashed: 95 % of releases; canary has 1 %");
    for (int decade = 0; decade <= DECADES; decade++) {
      int y = y(Math.pow(10, decade));
      add("<path class=\"grid\" d=\"M%d %dH%d\"/>", LEFT, y, WIDTH - GAP);
      text("soft", LEFT - 6, y + 4, "end", Sample.number(Math.pow(10, decade)));
    }
  }

  private void text(String style, int x, int y, String anchor, String text) {
    add(
        "<text class=\"%s\" x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>",
        style, x, y, anchor, text);
  }

  private void panel(int panel, List<Line> lines) {
    int middle = (left(panel) + left(panel + 1) - GAP) / 2;
    text("text", middle, TOP - 14, "middle", Sample.number(Harm.RATES[panel]) + " requests/s");
    for (double failing : Harm.CANARY_FAILING) {
      text("soft", x(panel, failing), HEIGHT - BOTTOM + 18, "middle", Sample.percent(failing));
    }
    text("text", middle, HEIGHT - BOTTOM + 40, "middle", "requests that fail on canary");
    for (Rule rule : Rule.values()) {
      List<Line> own = lines.stream().filter(line -> line.rule() == rule).toList();
      add("<g class=\"c%d\">", rule.ordinal());
      curve(panel, own, "line dash", line -> line.failed().p95());
      curve(panel, own, "line", line -> line.failed().median());
      add("</g>");
    }
  }

  /** A point is left out if canary was not taken back in so many of the releases. */
  private void curve(int panel, List<Line> lines, String style, ToDoubleFunction<Line> value) {
    List<String> points = new ArrayList<>();
    for (Line line : lines) {
      double failed = value.applyAsDouble(line);
      if (Double.isFinite(failed)) {
        int x = x(panel, line.canaryFailing());
        points.add(x + "," + y(failed));
        add(
            "<circle class=\"dot\" cx=\"%d\" cy=\"%d\" r=\"3.5\"><title>%s: %s</title></circle>",
            x, y(failed), line.rule().text, Sample.number(failed));
      }
    }
    add("<polyline class=\"%s\" points=\"%s\"/>", style, String.join(" ", points));
  }

  private static int left(int panel) {
    return LEFT + panel * (WIDTH - LEFT) / Harm.RATES.length;
  }

  private static int x(int panel, double failing) {
    double least = Math.log(Harm.CANARY_FAILING[Harm.CANARY_FAILING.length - 1]);
    int from = left(panel) + INSET;
    int to = left(panel + 1) - GAP - INSET;
    return (int) Math.round(to + (from - to) * Math.log(failing) / least);
  }

  private static int y(double failed) {
    double height = HEIGHT - BOTTOM - TOP;
    double share = Math.log10(Math.max(1, failed)) / DECADES;
    return (int) Math.round(HEIGHT - BOTTOM - share * height);
  }
}
