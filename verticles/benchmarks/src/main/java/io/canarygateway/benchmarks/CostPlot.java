package io.canarygateway.benchmarks;

import io.canarygateway.benchmarks.Section.Figure;
import io.canarygateway.benchmarks.Section.Point;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An SVG of the CPU time of a request relative to nginx, over connections, headers, bodies and
 * flags. It follows the reader's choice of a light or dark page.
 */
final class CostPlot {

  private static final int WIDTH = 860;
  private static final int TITLE = 56;
  private static final int LEGEND_LINE = 22;
  private static final int LEGEND_STEP = 165;
  private static final int LEGEND_COLUMNS = 5;
  private static final int COLUMNS = 2;
  private static final int MARGIN = 16;
  private static final String STYLE =
      """
      <style>
        .ground { fill: #ffffff } .text { fill: #24292f } .soft { fill: #57606a }
        .grid { stroke: #d8dee4 } .nginx { stroke: #57606a; stroke-dasharray: 2 4 }
        text { font: 12px system-ui, sans-serif } .title { font-size: 16px; font-weight: 600 }
        .c0 { color: #0060a8 } .c1 { color: #c44b00 } .c2 { color: #00785a } .c3 { color: #9a3c8c } .c4 { color: #7a6000 }
        .line { fill: none; stroke: currentColor; stroke-width: 2 } .dot { fill: currentColor }
        @media (prefers-color-scheme: dark) {
          .ground { fill: #0d1117 } .text { fill: #e6edf3 } .soft { fill: #9198a1 }
          .grid { stroke: #30363d } .nginx { stroke: #9198a1 }
          .c0 { color: #58b0ff } .c1 { color: #ff9a57 } .c2 { color: #3fd0a4 } .c3 { color: #e6a0dc } .c4 { color: #e0c050 }
        }
      </style>
      """;

  /** A curve: its name, and the cost at each label of the axis. */
  record Line(String name, boolean dashed, Map<String, Double> costs) {}

  private CostPlot() {}

  static String of(List<Section> sections) {
    Map<String, List<Line>> panels = panels(sections);
    Set<String> names = new LinkedHashSet<>();
    panels.values().forEach(lines -> lines.forEach(line -> names.add(line.name())));
    List<String> colours = List.copyOf(names);
    double highest =
        panels.values().stream()
            .flatMap(List::stream)
            .flatMap(line -> line.costs().values().stream())
            .mapToDouble(Double::doubleValue)
            .max()
            .orElse(1);
    int top = TITLE + LEGEND_LINE * (1 + colours.size() / LEGEND_COLUMNS);
    int rows = (panels.size() + COLUMNS - 1) / COLUMNS;
    int height = top + rows * CostPanel.HEIGHT + MARGIN;
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\"%n"
            .formatted(WIDTH, height));
    svg.append("  aria-label=\"CPU time per request relative to nginx\">\n").append(STYLE);
    svg.append("<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n");
    svg.append("<text class=\"title text\" x=\"16\" y=\"28\">")
        .append("CPU time per request relative to nginx (lower is better)</text>\n");
    legend(svg, colours);
    int index = 0;
    for (Map.Entry<String, List<Line>> panel : panels.entrySet()) {
      svg.append(
          new CostPanel(panel.getKey(), panel.getValue(), colours, highest)
              .at(
                  index % COLUMNS * WIDTH / COLUMNS,
                  top + index / COLUMNS * CostPanel.HEIGHT,
                  WIDTH / COLUMNS));
      index++;
    }
    return svg.append("</svg>\n").toString();
  }

  private static void legend(StringBuilder svg, List<String> names) {
    for (int i = 0; i <= names.size(); i++) {
      int x = MARGIN + i % LEGEND_COLUMNS * LEGEND_STEP;
      int y = TITLE + i / LEGEND_COLUMNS * LEGEND_LINE;
      String style = i < names.size() ? "line" : "nginx";
      svg.append(
          "<g class=\"c%d\"><path class=\"%s\" d=\"M%d %dh24\"/><text class=\"text\" x=\"%d\" y=\"%d\">%s</text></g>%n"
              .formatted(i, style, x, y - 4, x + 30, y, i < names.size() ? names.get(i) : "nginx"));
    }
  }

  /** The curves of each axis. */
  private static Map<String, List<Line>> panels(List<Section> sections) {
    Map<String, List<Line>> panels = new LinkedHashMap<>();
    for (Section section : sections) {
      for (Point point : section.points()) {
        if (point.line().equals(Section.REFERENCE)) {
          continue;
        }
        section
            .ratio(point.of(), Figure.PER_CPU_SECOND)
            .ifPresent(
                ratio ->
                    line(panels.computeIfAbsent(point.axis(), axis -> new ArrayList<>()), point)
                        .costs()
                        .put(point.text(), 1 / ratio));
      }
    }
    return panels;
  }

  private static Line line(List<Line> lines, Point point) {
    for (Line line : lines) {
      if (line.name().equals(point.line()) && line.dashed() == point.dashed()) {
        return line;
      }
    }
    Line line = new Line(point.line(), point.dashed(), new LinkedHashMap<>());
    lines.add(line);
    return line;
  }
}
