package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedGateway;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How long a head may be, how many lines it may have, and what its processing may cost. */
class HeaderLimitsTest {

  private static final int MEASURED = 40;
  private static final long SLACK_NANOS = 80_000_000;

  @RegisterExtension static final ScriptedGateway gateway = ProxyFixture.scripted();

  /** A request with so many header lines, its Host among them. */
  private static String lines(int count) {
    return ScriptedGateway.request(
        "GET / HTTP/1.1",
        IntStream.range(1, count).mapToObj(i -> "X-" + i + ": " + i).toArray(String[]::new));
  }

  /** A request whose head is so many bytes long. */
  private static String bytes(int length) {
    String rest = ScriptedGateway.request("GET / HTTP/1.1", "X: ");
    return ScriptedGateway.request("GET / HTTP/1.1", "X: " + "a".repeat(length - rest.length()));
  }

  private static String[] repeated(String field, int count, String last) {
    return Stream.concat(Stream.generate(() -> field).limit(count), Stream.of(last))
        .toArray(String[]::new);
  }

  @Test
  void linesHaveALimit() throws Exception {
    assertThat(gateway.ask(lines(128)).status()).isEqualTo(200);
    assertThat(gateway.upstream().only().header("X-127")).isEqualTo("127");
    gateway.upstream().reset();
    gateway.assertRefused(lines(129), 431);
    gateway.assertRefused(
        ScriptedGateway.request(
            "GET / HTTP/1.1", Stream.generate(() -> "X:").limit(8_000).toArray(String[]::new)),
        431);
  }

  @Test
  void bytesHaveALimit() throws Exception {
    assertThat(gateway.ask(bytes(32_000)).status()).isEqualTo(200);
    gateway.upstream().reset();
    gateway.assertRefused(bytes(33_000), 431);
    gateway.assertRefused("GET /" + "a".repeat(33_000) + " HTTP/1.1\r\nHost: x\r\n\r\n", 414);
  }

  @Test
  void aHeadWithoutEndIsRefusedWhenItIsTooLong() throws Exception {
    try (RawSocket client = gateway.client()) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(33_000));
      assertThat(client.reply().status()).isEqualTo(431);
    }
    try (RawSocket client = gateway.client()) {
      client.send("GET /" + "a".repeat(33_000));
      assertThat(client.reply().status()).isEqualTo(414);
    }
  }

  @Test
  void theLimitsAreSettings() throws Exception {
    JsonObject limits = new JsonObject().put("max-headers", 10).put("max-head-bytes", 2048);
    try (ScriptedGateway strict =
        ProxyFixture.scripted(config -> config.put("router-server", limits)).start()) {
      assertThat(strict.ask(lines(10)).status()).isEqualTo(200);
      assertThat(strict.ask(bytes(2_000)).status()).isEqualTo(200);
      strict.upstream().reset();
      strict.assertRefused(lines(11), 431);
      strict.assertRefused(bytes(2_100), 431);
    }
  }

  static Stream<Arguments> costly() {
    String[] same =
        IntStream.range(0, 120).mapToObj(i -> "X: " + "a".repeat(200)).toArray(String[]::new);
    String[] tokens =
        IntStream.range(0, 110).mapToObj(i -> "X-" + i + ": " + i).toArray(String[]::new);
    tokens[0] = "Connection: keep-alive" + ",X-a".repeat(6_500);
    String[] mixed = IntStream.range(0, 120).mapToObj(i -> "b: " + i).toArray(String[]::new);
    StringBuilder many = new StringBuilder("Connection: keep-alive");
    for (int i = 0; many.length() < 27_000; i++) {
      many.append(",").append(Integer.toString(i % 36, 36));
    }
    mixed[0] = many.toString();
    String[] few = {"Connection: keep-alive" + ",b".repeat(13_000)};
    String[] commas = {"Connection: keep-alive" + ",".repeat(27_000)};
    String[] forwarded = {"X-Forwarded-For: " + "1,".repeat(13_000) + "1"};
    return Stream.of(same, tokens, mixed, few, commas, forwarded)
        .map(fields -> Arguments.of((Object) fields));
  }

  /** Against a head of the same length that needs no thought. */
  @ParameterizedTest
  @MethodSource("costly")
  void theCostOfAHeadGrowsWithItsLengthAlone(String[] fields) throws Exception {
    String costly = ScriptedGateway.request("GET / HTTP/1.1", fields);
    String plain = bytes(costly.length());
    eventLoopNanos(plain);
    eventLoopNanos(costly);
    long allowed = 5 * eventLoopNanos(plain) + SLACK_NANOS;
    assertThat(eventLoopNanos(costly)).isLessThan(allowed);
  }

  /** CPU time, which does not grow with what else the machine does. Refusing is cheap too. */
  private static long eventLoopNanos(String request) throws Exception {
    Map<Long, Long> before = eventLoopNanos();
    RawSocket client = gateway.client();
    for (int i = 0; i < MEASURED; i++) {
      Reply reply = client.send(request).reply();
      assertThat(reply.status()).isIn(200, 400);
      if (reply.saysClose()) {
        client.close();
        client = gateway.client();
      }
    }
    client.close();
    return eventLoopNanos().entrySet().stream()
        .mapToLong(loop -> Math.max(0, loop.getValue() - before.getOrDefault(loop.getKey(), 0L)))
        .sum();
  }

  /** The time of each by its id, as those of gateways that are being closed end at any time. */
  private static Map<Long, Long> eventLoopNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
        .filter(thread -> thread != null && thread.getThreadName().contains("eventloop"))
        .map(ThreadInfo::getThreadId)
        .collect(Collectors.toMap(id -> id, threads::getThreadCpuTime));
  }
}
