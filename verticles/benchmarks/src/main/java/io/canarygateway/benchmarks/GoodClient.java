package io.canarygateway.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Selector;
import java.nio.file.Path;

/** A client that asks a daemon one question after the other, on a thread of its own. */
final class GoodClient implements Runnable {

  private static final long PATIENCE_MS = 2_000;

  private final Question question;
  private volatile Latencies latencies = new Latencies();
  private long unanswered;
  private volatile long failures;
  private long failuresBefore;

  GoodClient(Path socket, boolean kept) {
    this.question = new Question(socket, kept, true);
  }

  @Override
  public void run() {
    try (Selector selector = Selector.open()) {
      while (true) {
        Latencies now = latencies;
        question.ask(selector);
        int[] answered = new int[1];
        while (answered[0] == 0) {
          if (selector.select(key -> answered[0] += question.answered() ? 1 : 0, PATIENCE_MS)
              == 0) {
            unanswered++;
            question.close();
            break;
          }
        }
        if (answered[0] > 0) {
          now.add(question.nanos());
        }
        failures = unanswered + question.failures();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a new collection of times and failures. */
  void begin() {
    failuresBefore = failures;
    latencies = new Latencies();
  }

  /** The times since {@link #begin()}. The thread's last question may be missing. */
  Latencies end() {
    Latencies collected = latencies;
    latencies = new Latencies();
    return collected;
  }

  /** Questions since {@link #begin()} without an answer, or with a wrong one. */
  long failures() {
    return failures - failuresBefore;
  }
}
