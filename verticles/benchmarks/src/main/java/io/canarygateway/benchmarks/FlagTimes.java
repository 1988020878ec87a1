package io.canarygateway.benchmarks;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.kv.PutResponse;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.watch.WatchEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Measures changes of flags in etcd; all on 127.0.0.1. Modes:
 *
 * <ul>
 *   <li>{@code visible ENDPOINT GATEWAY_PORT COUNT}: the time from a put to the first answer that
 *       is routed by the new value, from the put's sending and from its acknowledgement. The
 *       gateway's main and canary answer with different bodies.
 *   <li>{@code rollback ENDPOINT COUNT}: the time from the acknowledgement of a bad value to the
 *       return of the good one. Checks that each bad value is put back once, and that bad new keys
 *       are deleted.
 *   <li>{@code change ENDPOINT COUNT PORT_A PORT_B}: COUNT transactions, each of which changes
 *       targets, host header, strategy and a limit.
 * </ul>
 */
public final class FlagTimes {

  private static final String PREFIX = "/gateway/flagz/";
  private static final long TIMEOUT_SECONDS = 10;

  private FlagTimes() {}

  /** Runs one mode. */
  public static void main(String[] args) throws Exception {
    try (Client client = Client.builder().endpoints(args[1]).build()) {
      switch (args[0]) {
        case "visible" -> visible(client, Integer.parseInt(args[2]), Integer.parseInt(args[3]));
        case "rollback" -> rollback(client, Integer.parseInt(args[2]));
        case "change" ->
            change(
                client,
                Integer.parseInt(args[2]),
                Integer.parseInt(args[3]),
                Integer.parseInt(args[4]));
        default -> throw new IllegalArgumentException(args[0]);
      }
    }
  }

  private static ByteSequence bytes(String text) {
    return ByteSequence.from(text, StandardCharsets.UTF_8);
  }

  private static PutResponse put(KV kv, String flag, String value) throws Exception {
    return kv.put(bytes(PREFIX + flag), bytes(value)).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  private static void visible(Client client, int port, int count) throws Exception {
    KV kv = client.getKVClient();
    long[] fromSent = new long[count];
    long[] fromAcknowledged = new long[count];
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setTcpNoDelay(true);
      OutputStream out = socket.getOutputStream();
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      put(kv, "strategy", "main");
      Thread.onSpinWait();
      String old = settled(out, in);
      for (int i = 0; i < count; i++) {
        long sent = System.nanoTime();
        put(kv, "strategy", i % 2 == 0 ? "canary" : "main");
        long acknowledged = System.nanoTime();
        String body = request(out, in);
        while (body.equals(old)) {
          body = request(out, in);
        }
        long seen = System.nanoTime();
        old = body;
        fromSent[i] = seen - sent;
        fromAcknowledged[i] = seen - acknowledged;
      }
    }
    print("from the put's acknowledgement to a routed answer", fromAcknowledged);
    print("from the put's sending to a routed answer", fromSent);
  }

  /** The body, once it has been the same for 500 requests. */
  private static String settled(OutputStream out, BufferedReader in) throws IOException {
    String body = request(out, in);
    for (int same = 0; same < 500; same++) {
      String next = request(out, in);
      if (!next.equals(body)) {
        same = 0;
        body = next;
      }
    }
    return body;
  }

  private static String request(OutputStream out, BufferedReader in) throws IOException {
    out.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
    String status = in.readLine();
    if (status == null || !status.contains(" 200 ")) {
      throw new IOException("answered " + status);
    }
    int length = 0;
    for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(15).strip());
      }
    }
    char[] body = new char[length];
    for (int read = 0; read < length; ) {
      read += in.read(body, read, length - read);
    }
    return new String(body);
  }

  private static void rollback(Client client, int count) throws Exception {
    KV kv = client.getKVClient();
    LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();
    ByteSequence key = bytes(PREFIX + "max-requests-in-flight");
    put(kv, "max-requests-in-flight", "1000");
    long before = get(kv, key).orElseThrow().getVersion();
    long[] times = new long[count];
    // Closing the client closes the watch.
    client
        .getWatchClient()
        .watch(
            key,
            Watch.listener(
                response -> response.getEvents().forEach(event -> seen.add(text(event)))));
    put(kv, "max-requests-in-flight", "1000");
    before++;
    await(seen, "1000");
    for (int i = 0; i < count; i++) {
      put(kv, "max-requests-in-flight", "bad" + i);
      long acknowledged = System.nanoTime();
      await(seen, "1000");
      times[i] = System.nanoTime() - acknowledged;
    }
    print("a bad value is back", times);
    long writes = get(kv, key).orElseThrow().getVersion() - before;
    System.out.printf(
        "%d bad values, %d writes: %s%n",
        count, writes, writes == 2L * count ? "each put back exactly once" : "NOT once each");
    for (int i = 0; i < count; i++) {
      put(kv, "main-header-host", "bad key " + i + " / no host");
      while (get(kv, bytes(PREFIX + "main-header-host")).isPresent()) {
        Thread.onSpinWait();
      }
    }
    System.out.println(count + " bad new keys are gone");
  }

  private static String text(WatchEvent event) {
    return event.getKeyValue().getValue().toString(StandardCharsets.UTF_8);
  }

  private static void await(LinkedBlockingQueue<String> seen, String value) throws Exception {
    String next = "";
    while (!value.equals(next)) {
      next = seen.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      if (next == null) {
        throw new IllegalStateException("not back in " + TIMEOUT_SECONDS + " s");
      }
    }
  }

  private static Optional<KeyValue> get(KV kv, ByteSequence key) throws Exception {
    return kv.get(key).get(TIMEOUT_SECONDS, TimeUnit.SECONDS).getKvs().stream().findFirst();
  }

  private static void change(Client client, int count, int portA, int portB) throws Exception {
    KV kv = client.getKVClient();
    for (int i = 0; i < count; i++) {
      boolean a = i % 2 == 0;
      String target = "http://127.0.0.1:" + (a ? portA : portB);
      String host = a ? "a.example" : "b.example";
      kv.txn()
          .Then(
              put("main-target", target),
              put("main-header-host", host),
              put("canary-target", target),
              put("canary-header-host", host),
              put("strategy", i % 4 < 2 ? "main" : "canary"),
              put("circuit-breaker.request-limit-canary", Integer.toString(1_000_000_000 + i)))
          .commit()
          .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }
    System.out.println(count + " transactions of 6 flags");
  }

  private static Op put(String flag, String value) {
    return Op.put(bytes(PREFIX + flag), bytes(value), PutOption.DEFAULT);
  }

  private static void print(String what, long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    System.out.printf(
        Locale.ROOT,
        "%s: median %.2f ms, p99 %.2f ms, worst %.2f ms of %d%n",
        what,
        sorted[sorted.length / 2] / 1e6,
        sorted[(int) Math.min(sorted.length - 1L, sorted.length * 99L / 100)] / 1e6,
        sorted[sorted.length - 1] / 1e6,
        sorted.length);
  }
}
