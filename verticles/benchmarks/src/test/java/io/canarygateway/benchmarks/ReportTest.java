package io.canarygateway.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class ReportTest {

  private final List<String> raw = new ArrayList<>();

  ReportTest() {
    line("run", "Command", "compare.sh headers");
    line("run", "Date", "2026-01-01");
    line("scenario", "headers", "With headers.", "own plain");
  }

  private void line(String... fields) {
    raw.add(String.join("\t", fields));
  }

  private void round(String contestant, String base, int round, double perCpu, int failures) {
    line(
        "round",
        "headers",
        "ten",
        contestant,
        "-",
        base,
        Integer.toString(round),
        "1000.0",
        Double.toString(perCpu),
        "1.0",
        "2.0",
        "3.0",
        "40.0",
        Integer.toString(failures));
  }

  private Section headers() {
    return RawResults.parse(raw).sections().get(0);
  }

  private String markdown() {
    return MarkdownReport.of(RawResults.parse(raw), null);
  }

  @Test
  void ratiosAreThoseOfTheSameRound() {
    // The machine halves its speed in the third round: the medians' ratio would be 0.4.
    round("nginx", "-", 1, 100, 0);
    round("gateway", "-", 1, 80, 0);
    round("nginx", "-", 2, 100, 0);
    round("gateway", "-", 2, 80, 0);
    round("nginx", "-", 3, 50, 0);
    round("gateway", "-", 3, 40, 0);
    assertThat(headers().ratio(new Section.Case("ten", "gateway"), Section.Figure.PER_CPU_SECOND))
        .hasValue(0.8);
  }

  @Test
  void warmUpCountsForFailuresOnly() {
    round("nginx", "-", 0, 1, 7);
    round("nginx", "-", 1, 100, 0);
    Section.Case nginx = new Section.Case("ten", "nginx");
    assertThat(headers().median(nginx, Section.Figure.PER_CPU_SECOND)).hasValue(100);
    assertThat(headers().failures(nginx)).isEqualTo(7);
    assertThat(headers().allFailures()).isEqualTo(7);
    assertThat(markdown()).contains("| **7** |");
  }

  @Test
  void aBaseOfItsOwnHasColumns() {
    round("nginx", "-", 1, 100, 0);
    round("gateway", "-", 1, 80, 0);
    round("gateway, rollout", "gateway", 1, 76, 0);
    assertThat(markdown())
        .contains("per CPU-s x own plain")
        .contains("| 0.76 | 1.00 | 1.00 | 0.95 |");
  }

  @Test
  void ofTwoRunsOfAScenarioTheLastCounts() {
    round("nginx", "-", 1, 100, 3);
    line("run", "Command", "compare.sh headers again");
    line("run", "Date", "2026-01-02");
    line("scenario", "headers", "With headers.", "-");
    round("nginx", "-", 1, 200, 0);
    assertThat(headers().allFailures()).isZero();
    assertThat(markdown()).contains("again").doesNotContain("2026-01-01");
  }

  @Test
  void valuesAreMediansAndFailuresSums() {
    line("value", "headers", "nginx", "ms to the first 200", "30");
    line("value", "headers", "nginx", "ms to the first 200", "20");
    line("value", "headers", "nginx", "ms to the first 200", "90");
    line("failures", "headers", "nginx", "idle connections lost", "2");
    line("failures", "headers", "nginx", "idle connections lost", "3");
    assertThat(markdown())
        .contains("| nginx | 30.0 |")
        .contains("**nginx: idle connections lost: 5**");
    assertThat(headers().allFailures()).isEqualTo(5);
  }

  @Test
  void thePlotIsXmlAndHasTheCosts() throws Exception {
    round("nginx", "-", 1, 100, 0);
    round("gateway", "-", 1, 80, 0);
    line("point", "headers", "ten", "nginx", "request headers", "nginx", "solid", "10");
    line("point", "headers", "ten", "gateway", "request headers", "gateway", "solid", "10");
    String svg = CostPlot.of(RawResults.parse(raw).sections());
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
    assertThat(svg).contains("<title>gateway, 10: 1.25</title>").contains(">request headers<");
  }
}
