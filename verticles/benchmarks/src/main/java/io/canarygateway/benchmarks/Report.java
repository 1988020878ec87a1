package io.canarygateway.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes Markdown and a plot of the raw file of {@code compare.sh}. The exit code is 1 if anything
 * failed in what was measured.
 *
 * <p>{@code Report RAW [MARKDOWN SVG]}: prints the Markdown, and writes both files if they are
 * named.
 */
public final class Report {

  private static final int FILES = 3;

  private Report() {}

  /** Reports once. */
  public static void main(String[] args) throws IOException {
    RawResults results = RawResults.parse(Files.readAllLines(Path.of(args[0])));
    System.out.print(MarkdownReport.of(results, null));
    if (args.length == FILES) {
      write(results, Path.of(args[1]), Path.of(args[2]));
    }
    long failures = results.sections().stream().mapToLong(Section::allFailures).sum();
    if (failures > 0) {
      System.err.println(failures + " failures");
      System.exit(1);
    }
  }

  /** There is no plot without a scenario that has something to plot. */
  private static void write(RawResults results, Path markdown, Path plot) throws IOException {
    boolean plotted = results.sections().stream().anyMatch(s -> !s.points().isEmpty());
    if (plotted) {
      Files.writeString(plot, CostPlot.of(results.sections()));
    } else {
      Files.deleteIfExists(plot);
    }
    Files.writeString(
        markdown, MarkdownReport.of(results, plotted ? plot.getFileName().toString() : null));
  }
}
