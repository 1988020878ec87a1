package io.canarygateway.benchmarks;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Posts to gateways that share limits; all on 127.0.0.1. Main answers {@code main}. Modes:
 *
 * <ul>
 *   <li>{@code posts COUNT CONCURRENCY CANARY PID PORT...}: posts to the gateways in turn. After
 *       CANARY answers from canary, process PID is killed by SIGKILL; PID 0 kills none.
 *   <li>{@code reset DIRECTORY PORT...}: replaces the configuration of each gateway by {@code
 *       N.new}. Then posts to each and measures the milliseconds until it sends to canary.
 *   <li>{@code trip LIMIT PORT OTHER...}: posts to the first gateway until LIMIT answers came from
 *       canary. Then posts to the others and measures the milliseconds until they send to main.
 * </ul>
 */
public final class LimitPosts {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final double NANOS_PER_MS = 1e6;
  private static final String[] PLAIN = {"Accept", "*/*"};
  private static final int WARM_UP = 500;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();

  private LimitPosts() {}

  /** Runs one mode. */
  public static void main(String[] args) throws Exception {
    LimitPosts posts = new LimitPosts();
    if (args[0].equals("trip")) {
      posts.trip(Integer.parseInt(args[1]), ports(args, 2));
    } else if (args[0].equals("reset")) {
      posts.reset(args[1], ports(args, 2));
    } else {
      posts.posts(
          Integer.parseInt(args[1]),
          Integer.parseInt(args[2]),
          Integer.parseInt(args[3]),
          Long.parseLong(args[4]),
          ports(args, 5));
    }
  }

  private static List<Integer> ports(String[] args, int from) {
    return Arrays.stream(args).skip(from).map(Integer::valueOf).toList();
  }

  private CompletableFuture<String> post(int port, String... headers) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
            .timeout(TIMEOUT)
            .headers(headers.length == 0 ? PLAIN : headers)
            .POST(HttpRequest.BodyPublishers.ofString("foo bar"))
            .build();
    return client
        .sendAsync(request, HttpResponse.BodyHandlers.ofString())
        .thenApply(HttpResponse::body);
  }

  private void posts(int count, int concurrency, int canaryBefore, long pid, List<Integer> ports)
      throws Exception {
    Semaphore room = new Semaphore(concurrency);
    AtomicInteger canary = new AtomicInteger();
    AtomicInteger unanswered = new AtomicInteger();
    boolean killed = pid == 0;
    for (int i = 0; i < count; i++) {
      if (!killed && canary.get() >= canaryBefore) {
        killed = true;
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
      }
      room.acquire();
      post(ports.get(i % ports.size()))
          .whenComplete(
              (body, failure) -> {
                if (failure != null) {
                  unanswered.incrementAndGet();
                } else if (!body.equals("main")) {
                  canary.incrementAndGet();
                }
                room.release();
              });
    }
    room.acquire(concurrency);
    System.out.printf(
        Locale.ROOT, "%d answers of canary, %d posts unanswered%n", canary.get(), unanswered.get());
  }

  private void trip(int limit, List<Integer> ports) throws Exception {
    for (int i = 0; i < WARM_UP; i++) {
      post(ports.get(i % ports.size()), "X-Canary", "false").get();
    }
    int canary = 0;
    long tripped = System.nanoTime();
    while (canary < limit) {
      if (!post(ports.get(0)).get().equals("main")) {
        canary++;
        tripped = System.nanoTime();
      }
    }
    StringBuilder line = new StringBuilder();
    for (int port : ports.subList(1, ports.size())) {
      int late = 0;
      while (!post(port).get().equals("main")) {
        late++;
      }
      line.append(
          String.format(
              Locale.ROOT,
              " %.1f ms (%d to canary meanwhile)",
              (System.nanoTime() - tripped) / NANOS_PER_MS,
              late));
    }
    System.out.println("the others send to main after" + line);
  }

  private void reset(String command, List<Integer> ports) throws Exception {
    for (int i = 0; i < WARM_UP; i++) {
      post(ports.get(i % ports.size()), "X-Canary", "false").get();
    }
    int code = new ProcessBuilder("sh", "-c", command).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IllegalStateException(command + " ended with " + code);
    }
    long replaced = System.nanoTime();
    StringBuilder line = new StringBuilder();
    for (int port : ports) {
      while (post(port).get().equals("main")) {
        Thread.onSpinWait();
      }
      line.append(
          String.format(Locale.ROOT, " %.1f ms", (System.nanoTime() - replaced) / NANOS_PER_MS));
    }
    System.out.println("all send to canary after" + line);
  }
}
