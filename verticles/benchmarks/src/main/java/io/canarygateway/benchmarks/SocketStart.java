package io.canarygateway.benchmarks;

import java.io.IOException;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Measures the answers of a daemon right after its start: the first 100 questions one after the
 * other, then 16 clients for two seconds. The measuring program warms up at another daemon.
 *
 * <p>{@code SocketStart WARM_PATH COLD_PATH COMMAND...}: the command starts the daemon of the
 * second path. Both rollouts must be 0.5.
 */
public final class SocketStart {

  private static final int FIRST = 100;
  private static final int CLIENTS = 16;

  /** The time that nginx waits with conf/nginx-lua.conf. */
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(8);

  private SocketStart() {}

  /** Measures one start. The started process goes on. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path cold = Path.of(args[1]);
    ask(Path.of(args[0]), 1, Long.MAX_VALUE, 1);
    ask(Path.of(args[0]), CLIENTS, Long.MAX_VALUE, 2);
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(List.of(args).subList(2, args.length))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      while (!Files.exists(cold)) {
        TimeUnit.MILLISECONDS.sleep(1);
      }
      long up = System.nanoTime();
      Latencies first = ask(cold, 1, FIRST, 60);
      Latencies next = ask(cold, CLIENTS, Long.MAX_VALUE, 2);
      System.out.printf(
          Locale.ROOT,
          "up after %.0f ms; first %d: worst %.1f ms, %d late; 16 clients for 2 s: p99 %.2f ms,"
              + " worst %.1f ms, %d late of %d%n",
          (up - start) / 1e6,
          FIRST,
          first.worst() / 1e6,
          first.over(PATIENCE_NANOS),
          next.percentile(99) / 1e6,
          next.worst() / 1e6,
          next.over(PATIENCE_NANOS),
          next.count());
    } finally {
      process.destroy();
      process.waitFor();
    }
  }

  private static Latencies ask(Path socket, int clients, long requests, long seconds)
      throws IOException {
    Latencies latencies = new Latencies();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    List<Question> questions = new ArrayList<>();
    try (Selector selector = Selector.open()) {
      for (int i = 0; i < clients; i++) {
        questions.add(new Question(socket, false, i % 2 == 0));
        questions.get(i).ask(selector);
      }
      while (System.nanoTime() < end && latencies.count() < requests) {
        selector.select(
            key -> {
              Question question = (Question) key.attachment();
              if (question.answered()) {
                latencies.add(question.nanos());
                question.ask(selector);
              }
            },
            100);
      }
    }
    for (Question question : questions) {
      question.close();
      if (question.failures() > 0) {
        throw new IOException(question.failures() + " failures");
      }
    }
    return latencies;
  }
}
