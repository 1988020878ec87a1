package io.canarygateway.benchmarks.release;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Simulates releases, and writes what comes of them as Markdown and as a plot. Time is simulated,
 * and the same seeds are used each time, so that every run writes the same figures.
 */
public final class ReleaseSimulations {

  private ReleaseSimulations() {}

  /**
   * Simulates one part and prints it, or all parts and writes them to a directory.
   *
   * @param args the name of a part, or {@code --write} and a directory
   * @throws IOException if a file cannot be written
   */
  public static void main(String[] args) throws IOException {
    FalseAlarms alarms = new FalseAlarms();
    SlowFailures slow = new SlowFailures();
    Harm harm = new Harm();
    Map<String, Supplier<String>> parts = new LinkedHashMap<>();
    parts.put("false-alarms", alarms::document);
    parts.put("returning", ReturningClients::document);
    parts.put("harm", harm::document);
    parts.put("good", GoodCanary::document);
    parts.put("slow-failures", slow::document);
    parts.put("latency", SlowCanary::document);
    if (args.length == 1 && parts.containsKey(args[0])) {
      System.out.println(parts.get(args[0]).get());
    } else if (args.length == 2 && args[0].equals("--write")) {
      StringBuilder document = new StringBuilder(Introduction.TEXT);
      parts.forEach(
          (name, part) -> {
            document.append(part.get());
            System.err.println("done: " + name);
          });
      Path directory = Path.of(args[1]);
      Files.writeString(directory.resolve("RELEASES.md"), tidy(document.toString()));
      Files.writeString(directory.resolve("releases.svg"), harm.plot());
    } else {
      System.err.println("one of " + String.join(", ", parts.keySet()) + ", or --write DIRECTORY");
      System.exit(2);
    }
    alarms.refuted().forEach(System.err::println);
    slow.refuted().forEach(System.err::println);
    System.exit(alarms.refuted().isEmpty() && slow.refuted().isEmpty() ? 0 : 1);
  }

  private static String tidy(String markdown) {
    return markdown.replaceAll("\n{3,}", "\n\n").strip() + "\n";
  }
}
