package io.canarygateway.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes the raw file of {@code compare.sh} as Markdown and as a plot. The exit code is 1 if any
 * measurement had failures.
 *
 * <p>{@code Report RAW [MARKDOWN SVG]} prints the Markdown, and writes both files if they are
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

  /** Writes no plot if no scenario has points for one. */
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
