package io.canarygateway.benchmarks;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Measures requests a second, latency and CPU time of a daemon on its Unix socket. One thread runs
 * a closed loop: each connection has one request in flight. Every answer is checked.
 *
 * <p>{@code SocketLoad ROUNDS SECONDS WARM-UP-SECONDS NAME,PATH,PID[,kept]...}: rounds over all
 * daemons at 1, 16 and 64 connections in turn, then the medians. With {@code kept} connections are
 * kept, else each request opens one. The daemons' rollout must be 0.5.
 */
public final class SocketLoad {

  private static final int[] CONNECTIONS = {1, 16, 64};

  /** The unit of CPU time in /proc: hundredths of a second on every machine. */
  private static final double TICKS_PER_SECOND = 100;

  private record Daemon(String name, Path socket, long pid, boolean kept) {

    static Daemon of(String argument) {
      String[] parts = argument.split(",");
      return new Daemon(
          parts[0],
          Path.of(parts[1]),
          Long.parseLong(parts[2]),
          parts[parts.length - 1].equals("kept"));
    }

    double cpuSeconds() throws IOException {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }
  }

  /** The figures of one round. */
  private record Round(double rate, double p50, double p99, double cpu, double cores, long bad) {}

  private SocketLoad() {}

  /** Measures all daemons. */
  public static void main(String[] args) throws IOException {
    int rounds = Integer.parseInt(args[0]);
    double seconds = Double.parseDouble(args[1]);
    double warmUp = Double.parseDouble(args[2]);
    List<Daemon> daemons = Arrays.stream(args).skip(3).map(Daemon::of).toList();
    List<List<Round>> results = new ArrayList<>();
    for (Daemon daemon : daemons) {
      for (int connections : CONNECTIONS) {
        run(daemon, connections, warmUp / CONNECTIONS.length);
        results.add(new ArrayList<>());
      }
    }
    for (int round = 0; round < rounds; round++) {
      int cell = 0;
      for (Daemon daemon : daemons) {
        for (int connections : CONNECTIONS) {
          results.get(cell++).add(run(daemon, connections, seconds));
        }
      }
    }
    System.out.printf(
        "%-10s %11s %9s %8s %8s %14s %6s %8s%n",
        "daemon",
        "connections",
        "req/s",
        "p50 ms",
        "p99 ms",
        "CPU s/1000 req",
        "cores",
        "failures");
    int cell = 0;
    for (Daemon daemon : daemons) {
      for (int connections : CONNECTIONS) {
        print(daemon, connections, results.get(cell++));
      }
    }
  }

  private static void print(Daemon daemon, int connections, List<Round> rounds) {
    System.out.printf(
        Locale.ROOT,
        "%-10s %11d %9.0f %8.3f %8.3f %14.4f %6.2f %8d%n",
        daemon.name(),
        connections,
        median(rounds.stream().mapToDouble(Round::rate).toArray()),
        median(rounds.stream().mapToDouble(Round::p50).toArray()),
        median(rounds.stream().mapToDouble(Round::p99).toArray()),
        median(rounds.stream().mapToDouble(Round::cpu).toArray()),
        median(rounds.stream().mapToDouble(Round::cores).toArray()),
        rounds.stream().mapToLong(Round::bad).sum());
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    int half = values.length / 2;
    return values.length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
  }

  private static Round run(Daemon daemon, int connections, double seconds) throws IOException {
    Latencies latencies = new Latencies();
    double cpuBefore = daemon.cpuSeconds();
    long start = System.nanoTime();
    long end = start + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    long bad = 0;
    try (Selector selector = Selector.open()) {
      List<Question> questions = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        Question question = new Question(daemon.socket(), daemon.kept(), i % 2 == 0);
        question.ask(selector);
        questions.add(question);
      }
      while (System.nanoTime() < end) {
        if (selector.select(key -> proceed(key, selector, latencies), 1_000) == 0) {
          bad++; // No connection got an answer for a second.
        }
      }
      for (Question question : questions) {
        bad += question.failures();
        question.close();
      }
    }
    double elapsed = (System.nanoTime() - start) / 1e9;
    double cpu = daemon.cpuSeconds() - cpuBefore;
    return new Round(
        latencies.count() / elapsed,
        latencies.percentile(50) / 1e6,
        latencies.percentile(99) / 1e6,
        cpu / (latencies.count() / 1e3),
        cpu / elapsed,
        bad);
  }

  private static void proceed(SelectionKey key, Selector selector, Latencies latencies) {
    Question question = (Question) key.attachment();
    if (question.answered()) {
      latencies.add(question.nanos());
      question.ask(selector);
    }
  }
}
