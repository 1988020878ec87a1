package io.canarygateway.benchmarks;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** The measurements of one scenario of {@code compare.sh}. */
record Section(
    String scenario,
    String description,
    String baseName,
    List<Round> rounds,
    List<Value> values,
    Map<String, Long> failures,
    List<Point> points) {

  /** The contestant that ratios refer to. */
  static final String REFERENCE = "nginx";

  /** The figures of each round, in the order of the raw file. */
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

  /** One measurement. Round 0 is the warm-up; only its failures count. */
  record Round(Case of, Case base, int number, Map<Figure, Double> figures, long failures) {

    double figure(Figure figure) {
      return Objects.requireNonNull(figures.get(figure), figure::name);
    }
  }

  /** A measurement outside of the rounds. */
  record Value(String contestant, String metric, double value) {}

  /** The place of a case in the plot. */
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

  /** The measured cases by workload, with the contestants in their order of warm-up. */
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

  /** The figure of the last round. */
  OptionalDouble last(Case of, Figure figure) {
    return measured(of).mapToDouble(r -> r.figure(figure)).reduce((a, b) -> b);
  }

  /** The median of the ratios to another case in the same round. */
  OptionalDouble ratio(Case of, Case to, Figure figure) {
    Map<Integer, Double> others = new LinkedHashMap<>();
    measured(to).forEach(r -> others.put(r.number(), r.figure(figure)));
    return median(
        measured(of)
            .filter(r -> others.getOrDefault(r.number(), 0.0) > 0)
            .map(r -> r.figure(figure) / others.getOrDefault(r.number(), 0.0))
            .toList());
  }

  /** The ratio to nginx under the same workload. */
  OptionalDouble ratio(Case of, Figure figure) {
    return ratio(of, new Case(of.workload(), REFERENCE), figure);
  }

  /** The ratio to the second reference of the case, if it has one. */
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
