package io.canarygateway.benchmarks;

import io.canarygateway.benchmarks.Section.Case;
import io.canarygateway.benchmarks.Section.Figure;
import io.canarygateway.benchmarks.Section.Point;
import io.canarygateway.benchmarks.Section.Round;
import io.canarygateway.benchmarks.Section.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The raw file of {@code compare.sh}: one line of fields for each measurement. The file may contain
 * several runs; the last run of each scenario counts.
 */
final class RawResults {

  private static final String FIRST_OF_RUN = "Command";
  private static final String NONE = "-";
  private static final int FIRST_FIGURE = 7;

  private final Map<String, Section> sections = new LinkedHashMap<>();
  private final Map<String, Map<String, String>> origins = new LinkedHashMap<>();
  private Map<String, String> run = new LinkedHashMap<>();

  private RawResults() {}

  static RawResults parse(List<String> lines) {
    RawResults results = new RawResults();
    for (String line : lines) {
      results.take(line.split("\t", -1));
    }
    return results;
  }

  List<Section> sections() {
    return List.copyOf(sections.values());
  }

  /** The descriptions of the runs that the sections come from. */
  List<Map<String, String>> runs() {
    return sections.values().stream().map(this::runOf).distinct().toList();
  }

  /** The description of the run that measured a section. */
  Map<String, String> runOf(Section section) {
    return origins.getOrDefault(section.scenario(), Map.of());
  }

  private Section section(String scenario) {
    Section section = sections.get(scenario);
    if (section == null) {
      throw new IllegalArgumentException("no line of the scenario " + scenario);
    }
    return section;
  }

  private void take(String[] fields) {
    String scenario = fields[1];
    switch (fields[0]) {
      case "run" -> {
        if (scenario.equals(FIRST_OF_RUN)) {
          run = new LinkedHashMap<>();
        }
        run.put(fields[1], fields[2]);
      }
      case "scenario" -> {
        sections.put(scenario, Section.empty(scenario, fields[2], fields[3]));
        origins.put(scenario, run);
      }
      case "round" -> section(scenario).rounds().add(round(fields));
      case "value" ->
          section(scenario)
              .values()
              .add(new Value(fields[2], fields[3], Double.parseDouble(fields[4])));
      case "failures" ->
          section(scenario)
              .failures()
              .merge(fields[2] + ": " + fields[3], Long.parseLong(fields[4]), Long::sum);
      case "point" ->
          section(scenario)
              .points()
              .add(
                  new Point(
                      new Case(fields[2], fields[3]),
                      fields[4],
                      fields[5],
                      fields[6].equals("dashed"),
                      fields[7]));
      default -> throw new IllegalArgumentException("unknown line: " + String.join(" ", fields));
    }
  }

  private static Round round(String[] fields) {
    Case of = new Case(fields[2], fields[3]);
    Case base =
        new Case(
            fields[4].equals(NONE) ? of.workload() : fields[4],
            fields[5].equals(NONE) ? of.contestant() : fields[5]);
    int end = FIRST_FIGURE + Figure.values().length;
    return new Round(
        of,
        base,
        Integer.parseInt(fields[6]),
        Section.figures(List.of(fields).subList(FIRST_FIGURE, end)),
        Long.parseLong(fields[end]));
  }
}
