package io.canarygateway.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** One diagram of the plot: costs over the evenly spaced labels of one axis. */
final class CostPanel {

  static final int HEIGHT = 260;

  private static final int LEFT = 64;
  private static final int RIGHT = 20;
  private static final int TOP = 16;
  private static final int BOTTOM = 56;
  private static final int LINES = 5;
  private static final double[] STEPS = {0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10};

  private final String axis;
  private final List<CostPlot.Line> lines;
  private final List<String> colours;
  private final double step;
  private final double highest;
  private final List<String> texts;

  CostPanel(String axis, List<CostPlot.Line> lines, List<String> colours, double highest) {
    this.axis = axis;
    this.lines = lines;
    this.colours = colours;
    this.step = step(highest);
    this.highest = Math.ceil(highest / step) * step;
    Set<String> seen = new LinkedHashSet<>();
    lines.forEach(line -> seen.addAll(line.costs().keySet()));
    this.texts = List.copyOf(seen);
  }

  private static double step(double highest) {
    for (double step : STEPS) {
      if (highest / step <= LINES) {
        return step;
      }
    }
    return highest / LINES;
  }

  String at(int x, int y, int width) {
    StringBuilder svg = new StringBuilder();
    svg.append("<g transform=\"translate(%d %d)\">%n".formatted(x, y));
    int right = width - RIGHT;
    for (double cost = 0; cost <= highest + step / 2; cost += step) {
      svg.append(rule("grid", y(cost), right));
      svg.append(label(LEFT - 8, y(cost) + 4, "end", String.format(Locale.ROOT, "%.2f", cost)));
    }
    svg.append(rule("nginx", y(1), right));
    for (int i = 0; i < texts.size(); i++) {
      svg.append(label(x(i, width), HEIGHT - BOTTOM + 18, "middle", texts.get(i)));
    }
    boolean both = lines.stream().anyMatch(CostPlot.Line::dashed);
    svg.append(
        "<text class=\"text\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>%n"
            .formatted(
                (LEFT + right) / 2,
                HEIGHT - BOTTOM + 38,
                both ? axis + " (solid: down, dashed: up)" : axis));
    svg.append(
        "<text class=\"text\" transform=\"translate(20 %d) rotate(-90)\" text-anchor=\"middle\">cost, nginx = 1</text>%n"
            .formatted((TOP + HEIGHT - BOTTOM) / 2));
    lines.forEach(line -> svg.append(curve(line, width)));
    return svg.append("</g>\n").toString();
  }

  private String curve(CostPlot.Line line, int width) {
    List<String> corners = new ArrayList<>();
    StringBuilder dots = new StringBuilder();
    line.costs()
        .forEach(
            (text, cost) -> {
              int x = x(texts.indexOf(text), width);
              corners.add(x + "," + y(cost));
              dots.append(
                  "<circle class=\"dot\" cx=\"%d\" cy=\"%d\" r=\"3.5\"><title>%s, %s: %s</title></circle>"
                      .formatted(
                          x, y(cost), line.name(), text, String.format(Locale.ROOT, "%.2f", cost)));
            });
    return "<g class=\"c%d\"><polyline class=\"line\"%s points=\"%s\"/>%s</g>%n"
        .formatted(
            colours.indexOf(line.name()),
            line.dashed() ? " stroke-dasharray=\"6 4\"" : "",
            String.join(" ", corners),
            dots);
  }

  private static String rule(String style, int y, int right) {
    return "<path class=\"%s\" d=\"M%d %dH%d\"/>%n".formatted(style, LEFT, y, right);
  }

  private static String label(int x, int y, String anchor, String text) {
    return "<text class=\"soft\" x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>%n"
        .formatted(x, y, anchor, text);
  }

  private int x(int index, int width) {
    return LEFT + (2 * index + 1) * (width - RIGHT - LEFT) / (2 * texts.size());
  }

  private int y(double cost) {
    return (int) Math.round(HEIGHT - BOTTOM - cost / highest * (HEIGHT - BOTTOM - TOP));
  }
}
