package io.canarygateway.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Checks sticky clients while the rollout rises from 0 to 1. Half of the clients got their
 * assignment from the daemon, half from a cookie of the proxy.
 *
 * <p>At each step every client asks three times: the daemon, the proxy with the cookie, and the
 * proxy with the header. All three must choose the same target, and the upstream must get the
 * assignment. No client may go back to main. The share on canary must be within three standard
 * deviations.
 *
 * <p>Main answers {@code main }, canary {@code canary }, each followed by the header.
 */
final class RolloutSteps {

  private static final int CONNECTIONS = 16;
  private static final double DEVIATIONS = 3;

  private final URI endpoint;
  private final Path socket;
  private final int port;
  private final int clients;
  private final List<String> assignments = new ArrayList<>();
  private boolean[] before;
  private int movedBack;
  private int disagreeing;
  private int outside;
  private long requests;

  RolloutSteps(URI endpoint, Path socket, int port, int clients) {
    this.endpoint = endpoint;
    this.socket = socket;
    this.port = port;
    this.clients = clients;
    this.before = new boolean[clients];
  }

  void run(int steps) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
    try {
      RolloutTimes.put(endpoint, "0");
      RolloutTimes.await(socket, "0", false);
      newClients();
      double worst = 0;
      for (int step = 0; step <= steps; step++) {
        worst = Math.max(worst, step(step, steps, threads));
      }
      System.out.printf(
          Locale.ROOT,
          "%d clients, %d steps, %d answers of the daemon, %d of the proxy: %d went back, %d were"
              + " sent differently, %d steps outside of %.0f standard deviations (worst %.2f)%n",
          clients,
          steps + 1,
          requests / 2,
          requests,
          movedBack,
          disagreeing,
          outside,
          DEVIATIONS,
          worst);
      if (movedBack + disagreeing + outside > 0) {
        System.exit(1);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void newClients() throws IOException {
    try (DaemonConnection daemon = new DaemonConnection(socket)) {
      while (assignments.size() < clients / 2) {
        assignments.add(daemon.fresh());
      }
    }
    try (ProxyConnection proxy = new ProxyConnection(port)) {
      while (assignments.size() < clients) {
        assignments.add(proxy.newClient());
      }
    }
    if (new HashSet<>(assignments).size() < clients) {
      throw new IOException("assignments that are the same");
    }
  }

  /** The deviation of the share from the rollout, in standard deviations. */
  private double step(int step, int steps, ExecutorService threads) throws Exception {
    double rollout = (double) step / steps;
    RolloutTimes.put(endpoint, Double.toString(rollout));
    if (step > 0) {
      // This client changes its target at this step, so its answer shows that the new rollout
      // counts.
      String between = Double.toString((step - 0.5) / steps);
      RolloutTimes.await(socket, between, true);
      awaitProxy(between);
    }
    boolean[] daemon;
    try (DaemonConnection connection = new DaemonConnection(socket)) {
      daemon = connection.canary(assignments);
    }
    boolean[] cookie = byProxy("Cookie: a=b; maxwellsdaemon=", threads);
    boolean[] header = byProxy("maxwellsdaemon: ", threads);
    int canary = 0;
    for (int i = 0; i < clients; i++) {
      canary += daemon[i] ? 1 : 0;
      movedBack += before[i] && !daemon[i] ? 1 : 0;
      disagreeing += daemon[i] != cookie[i] || daemon[i] != header[i] ? 1 : 0;
    }
    before = daemon;
    requests += 2L * clients;
    double share = (double) canary / clients;
    double sigma = Math.sqrt(rollout * (1 - rollout) / clients);
    double deviation = share == rollout ? 0 : Math.abs(share - rollout) / sigma;
    outside += deviation > DEVIATIONS ? 1 : 0;
    System.out.printf(
        Locale.ROOT, "rollout %.2f: share %.4f, deviation %.2f%n", rollout, share, deviation);
    return deviation;
  }

  private void awaitProxy(String assignment) throws IOException {
    // The proxy assigns connections to its event loops in turn.
    for (int good = 0; good < CONNECTIONS; ) {
      try (ProxyConnection proxy = new ProxyConnection(port)) {
        good = proxy.canary("maxwellsdaemon: ", assignment) ? good + 1 : 0;
      }
    }
  }

  private boolean[] byProxy(String field, ExecutorService threads) throws Exception {
    boolean[] canary = new boolean[clients];
    List<Callable<Void>> parts = new ArrayList<>();
    for (int part = 0; part < CONNECTIONS; part++) {
      int first = part;
      parts.add(
          () -> {
            try (ProxyConnection proxy = new ProxyConnection(port)) {
              for (int i = first; i < clients; i += CONNECTIONS) {
                canary[i] = proxy.canary(field, assignments.get(i));
              }
            }
            return null;
          });
    }
    for (Future<Void> part : threads.invokeAll(parts)) {
      part.get();
    }
    return canary;
  }

  /** A kept-alive connection to the proxy. */
  private static final class ProxyConnection implements AutoCloseable {

    private final Socket connection;
    private final OutputStream out;
    private final BufferedReader in;
    private @Nullable String cookie;

    ProxyConnection(int port) throws IOException {
      connection = new Socket("127.0.0.1", port);
      connection.setTcpNoDelay(true);
      out = connection.getOutputStream();
      in =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
    }

    /** The assignment in the cookie of a new client. */
    String newClient() throws IOException {
      String body = request("");
      if (cookie == null || !body.equals("main " + cookie)) {
        throw new IOException("a new client got the cookie " + cookie + " and " + body);
      }
      return cookie;
    }

    boolean canary(String field, String assignment) throws IOException {
      String body = request(field + assignment + "\r\n");
      boolean canary = body.equals("canary " + assignment);
      if (cookie != null || !canary && !body.equals("main " + assignment)) {
        throw new IOException(assignment + " got the cookie " + cookie + " and " + body);
      }
      return canary;
    }

    private String request(String field) throws IOException {
      out.write(
          ("GET / HTTP/1.1\r\nHost: x\r\n" + field + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      cookie = null;
      String status = in.readLine();
      if (status == null || !status.contains(" 200 ")) {
        throw new IOException("answered " + status);
      }
      int length = 0;
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        String lower = line.toLowerCase(Locale.ROOT);
        if (lower.startsWith("content-length:")) {
          length = Integer.parseInt(line.substring(15).strip());
        } else if (lower.startsWith("set-cookie: maxwellsdaemon=")) {
          cookie = line.substring(27, line.indexOf(';'));
        }
      }
      char[] body = new char[length];
      for (int read = 0; read < length; ) {
        read += in.read(body, read, length - read);
      }
      return new String(body);
    }

    @Override
    public void close() throws IOException {
      connection.close();
    }
  }
}
