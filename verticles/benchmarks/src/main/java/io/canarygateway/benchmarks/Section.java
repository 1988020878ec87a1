package io.canarygateway.benchmarks;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** What one scenario of {@code compare.sh} measured. */
record Section(
    String scenario,
    String description,
    String baseName,
    List<Round> rounds,
    List<Value> values,
    Map<String, Long> failures,
    List<Point> points) {

  /** What ratios are taken to. */
  static final String REFERENCE = "nginx";

  /** What is measured in each round, in the order of the raw file. */
  enum Figure {
    RATE,
    PER_CPU_SECOND,
    P50_MS,
    P99_MS,
    P999_MS,
    RSS_MB
  }

  /** A contestant under a workload. */
  record Case(String workload, String contestant) {}

  /** One measurement; round 0 is the warm-up, of which only failures count. */
  record Round(Case of, Case base, int number, Map<Figure, Double> figures, long failures) {}

  /** Something measured beside the rounds. */
  record Value(String contestant, String metric, double value) {}

  /** Where a case is in the plot. */
  record Point(Case of, String axis, String line, boolean dashed, String text) {}

  static Section empty(String scenario, String description, String baseName) {
    return new Section(
        scenario,
        description,
        baseName,
        new ArrayList<>(),
        new ArrayList<>(),
        new LinkedHashMap<>(),
        new ArrayList<>());
  }

  static Map<Figure, Double> figures(List<String> fields) {
    Map<Figure, Double> figures = new EnumMap<>(Figure.class);
    for (Figure figure : Figure.values()) {
      figures.put(figure, Double.parseDouble(fields.get(figure.ordinal())));
    }
    return figures;
  }

  /** The cases that were measured, workload by workload, contestants as they were warmed up. */
  List<Case> cases() {
    List<String> contestants = rounds.stream().map(r -> r.of().contestant()).distinct().toList();
    return rounds.stream()
        .map(r -> r.of().workload())
        .distinct()
        .flatMap(workload -> contestants.stream().map(c -> new Case(workload, c)))
        .filter(c -> measured(c).findAny().isPresent())
        .toList();
  }

  OptionalDouble median(Case of, Figure figure) {
    return median(measured(of).map(r -> r.figures().get(figure)).toList());
  }

  /** Of the last round. */
  OptionalDouble last(Case of, Figure figure) {
    return measured(of).mapToDouble(r -> r.figures().get(figure)).reduce((a, b) -> b);
  }

  /** The median of the ratios to another case in the same round. */
  OptionalDouble ratio(Case of, Case to, Figure figure) {
    Map<Integer, Double> others = new LinkedHashMap<>();
    measured(to).forEach(r -> others.put(r.number(), r.figures().get(figure)));
    return median(
        measured(of)
            .filter(r -> others.getOrDefault(r.number(), 0.0) > 0)
            .map(r -> r.figures().get(figure) / others.get(r.number()))
            .toList());
  }

  /** The ratio to nginx under the same workload. */
  OptionalDouble ratio(Case of, Figure figure) {
    return ratio(of, new Case(of.workload(), REFERENCE), figure);
  }

  /** The ratio to what the case is also compared with, if there is such a case. */
  OptionalDouble ratioToBase(Case of, Figure figure) {
    return measured(of)
        .map(Round::base)
        .filter(base -> !base.equals(of))
        .findFirst()
        .map(base -> ratio(of, base, figure))
        .orElse(OptionalDouble.empty());
  }

  OptionalDouble median(String contestant, String metric) {
    return median(
        values.stream()
            .filter(v -> v.contestant().equals(contestant) && v.metric().equals(metric))
            .map(Value::value)
            .toList());
  }

  long failures(Case of) {
    return rounds.stream().filter(r -> r.of().equals(of)).mapToLong(Round::failures).sum();
  }

  long allFailures() {
    return rounds.stream().mapToLong(Round::failures).sum()
        + failures.values().stream().mapToLong(Long::longValue).sum();
  }

  private Stream<Round> measured(Case of) {
    return rounds.stream().filter(r -> r.number() > 0 && r.of().equals(of));
  }

  private static OptionalDouble median(List<Double> values) {
    if (values.isEmpty()) {
      return OptionalDouble.empty();
    }
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return OptionalDouble.of(
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2);
  }
}
