package io.canarygateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that begin with a PROXY header, or should. */
@ExtendWith(NothingLost.class)
class ProxyHeaderTest {

  private static final String GET = "GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
  private static final String V1 = "PROXY TCP4 192.0.2.7 198.51.100.1 4711 443\r\n";
  private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
  private static final byte[] NO_ADDRESS = {};
  private static final ServerLimits HASTY =
      new ServerLimits(
          new HeadLimits(32 * 1024, 128),
          Duration.ofMillis(200),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5));

  private static final ServerLimits PATIENT =
      new ServerLimits(
          new HeadLimits(32 * 1024, 128),
          Duration.ofMinutes(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5));

  private final Queue<String> refusals = new ConcurrentLinkedQueue<>();
  private volatile boolean trusting = true;
  private TestServer server;

  private void start(ServerLimits limits) {
    server =
        new TestServer(
            limits,
            new ServerProtocols(true, true, Optional.empty()),
            new ServerHandler() {
              @Override
              public void request(ServerStream stream) {
                TestServer.answer(stream, 200, stream.clientAddress().text().getBytes(ISO_8859_1));
              }

              @Override
              public void malformed(ServerStream stream, Fault fault) {
                TestServer.answer(stream, 400, new byte[0]);
              }

              @Override
              public boolean mayNameClients(InetAddress peer) {
                return trusting && peer.isLoopbackAddress();
              }

              @Override
              public void proxyRefused(ProxyRefusal why, InetAddress peer) {
                refusals.add(why.label() + " " + peer.getHostAddress());
              }
            });
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** A header of version 2, as text of one character for each byte. */
  private static String v2(int command, int family, byte[] addresses, String tlvs) {
    ByteBuffer header = ByteBuffer.allocate(4 + addresses.length);
    header.put((byte) (0x20 | command)).put((byte) family);
    header.putShort((short) (addresses.length + tlvs.length())).put(addresses);
    return SIGNATURE + new String(header.array(), ISO_8859_1) + tlvs;
  }

  private static byte[] addresses(String source, String target) throws IOException {
    byte[] from = InetAddress.getByName(source).getAddress();
    byte[] to = InetAddress.getByName(target).getAddress();
    return ByteBuffer.allocate(from.length + to.length + 4)
        .put(from)
        .put(to)
        .putShort((short) 4711)
        .putShort((short) 443)
        .array();
  }

  private static String tlv(int length) {
    return "\4" + (char) (length >> 8) + (char) (length & 0xff) + "x".repeat(length);
  }

  static List<String[]> valid() throws IOException {
    byte[] ipv4 = addresses("192.0.2.7", "198.51.100.1");
    List<String[]> all = new ArrayList<>();
    all.add(new String[] {V1, "192.0.2.7"});
    all.add(new String[] {"PROXY TCP6 2001:db8::7 2001:db8::1 4711 443\r\n", "2001:db8::7"});
    all.add(new String[] {"PROXY TCP6 ::ffff:192.0.2.7 ::1 4711 443\r\n", "192.0.2.7"});
    all.add(new String[] {"PROXY UNKNOWN\r\n", "127.0.0.1"});
    all.add(new String[] {"PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n", "127.0.0.1"});
    all.add(new String[] {v2(1, 0x11, ipv4, ""), "192.0.2.7"});
    all.add(new String[] {v2(1, 0x11, ipv4, tlv(0) + tlv(5)), "192.0.2.7"});
    all.add(new String[] {v2(1, 0x11, ipv4, tlv(3_000)), "192.0.2.7"});
    all.add(new String[] {v2(1, 0x21, addresses("2001:db8::7", "::1"), ""), "2001:db8::7"});
    all.add(new String[] {v2(0, 0x00, NO_ADDRESS, ""), "127.0.0.1"}); // LOCAL
    all.add(new String[] {v2(0, 0x11, ipv4, ""), "127.0.0.1"}); // LOCAL with addresses
    all.add(new String[] {v2(1, 0x00, NO_ADDRESS, ""), "127.0.0.1"}); // UNSPEC
    all.add(new String[] {v2(1, 0x12, ipv4, ""), "127.0.0.1"}); // UDP
    all.add(new String[] {v2(1, 0x31, new byte[216], ""), "127.0.0.1"}); // AF_UNIX
    return all;
  }

  @ParameterizedTest
  @MethodSource("valid")
  void theClientIsThatOfTheHeader(String header, String client) throws Exception {
    start(TestServer.LIMITS);
    assertThat(server.exchange(header + GET)).startsWith("HTTP/1.1 200").endsWith("\n" + client);
    assertThat(refusals).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("valid")
  void aHeaderMayComeByteByByte(String header, String client) throws Exception {
    start(TestServer.LIMITS);
    try (Socket socket = server.connect()) {
      String sent = header.length() > 300 ? header.substring(0, 300) : header + GET;
      for (byte one : sent.getBytes(ISO_8859_1)) {
        socket.getOutputStream().write(one);
      }
      if (header.length() > 300) {
        RawServer.write(socket, header.substring(300) + GET);
      }
      assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
          .endsWith("\n" + client);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void http2BehindTheHeaderHasItsClientOnEachStream(int version) throws Exception {
    start(TestServer.LIMITS);
    Socket socket = server.connect();
    RawServer.write(
        socket, version == 1 ? V1 : v2(1, 0x11, addresses("192.0.2.7", "198.51.100.1"), tlv(100)));
    try (RawHttp2 client = new RawHttp2(socket)) {
      for (int stream = 1; stream <= 3; stream += 2) {
        client.get(stream, "/");
        assertThat(client.await(RawHttp2.DATA).text()).isEqualTo("192.0.2.7");
      }
    }
  }

  static List<String> malformed() throws IOException {
    byte[] ipv4 = addresses("192.0.2.7", "198.51.100.1");
    return List.of(
        GET,
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.1 4711\r\n" + GET,
        "PROXY TCP4 192.0.2.7 198.51.100.1 4711 443 extra\r\n" + GET,
        "PROXY TCP4 192.0.2.7 198.51.100.1 4711 65536\r\n" + GET,
        "PROXY TCP4 localhost 198.51.100.1 4711 443\r\n" + GET,
        "PROXY TCP6 192.0.2.7 198.51.100.1 4711 443\r\n" + GET,
        "PROXY TCP5 192.0.2.7 198.51.100.1 4711 443\r\n" + GET,
        "proxy TCP4 192.0.2.7 198.51.100.1 4711 443\r\n" + GET,
        "PROXY UNKNOWN " + "x".repeat(200) + "\r\n" + GET,
        "PROXY " + "x".repeat(5_000),
        v2(2, 0x11, ipv4, "") + GET,
        v2(1, 0x41, ipv4, "") + GET,
        v2(1, 0x11, new byte[8], "") + GET,
        v2(1, 0x11, ipv4, "\4\0\7x") + GET,
        v2(1, 0x11, ipv4, tlv(5_000)) + GET,
        v2(1, 0x11, ipv4, "").replace('\u0021', '\u0011') + GET);
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void aConnectionWithoutAValidHeaderIsClosedUnanswered(String sent) throws Exception {
    start(TestServer.LIMITS);
    assertThat(unanswered(sent)).isEmpty();
    await().until(() -> !refusals.isEmpty());
    assertThat(refusals).containsExactly("malformed 127.0.0.1");
    await().until(() -> server.connections.open() == 0);
  }

  private String unanswered(String sent) throws IOException {
    try {
      return server.exchange(sent);
    } catch (SocketException reset) {
      return ""; // The rest of the bytes was not read.
    }
  }

  @Test
  void aPeerThatIsNotTrustedIsClosedBeforeItsHeaderIsRead() throws Exception {
    start(TestServer.LIMITS);
    trusting = false;
    assertThat(unanswered(V1 + GET)).isEmpty();
    await().until(() -> server.connections.open() == 0);
    assertThat(refusals).containsExactly("untrusted 127.0.0.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "PROXY TCP4 192.0.2.7", SIGNATURE})
  void aHeaderThatDoesNotComeInTimeIsATimeout(String begun) throws Exception {
    start(HASTY);
    assertThat(unanswered(begun)).isEmpty();
    assertThat(refusals).containsExactly("timeout 127.0.0.1");
    await().until(() -> server.connections.open() == 0);
  }

  /** Load balancers probe like that. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPeerThatClosesWithoutAByteIsNotCounted(boolean reset) throws Exception {
    start(TestServer.LIMITS);
    Socket probe = server.connect();
    await().until(() -> server.connections.open() == 1);
    probe.setSoLinger(reset, 0);
    probe.close();
    assertThat(server.exchange(V1 + GET)).endsWith("192.0.2.7");
    await().until(() -> server.connections.open() == 0);
    assertThat(refusals).isEmpty();
  }

  @Test
  void aConnectionWithoutItsHeaderIsEvictedLikeASilentOne() throws Exception {
    start(PATIENT);
    List<Socket> silent = new ArrayList<>();
    for (int i = 0; i < 1_001; i++) {
      silent.add(server.connect());
    }
    assertThat(silent.get(0).getInputStream().read()).isEqualTo(-1);
    RawServer.write(silent.get(1_000), V1 + GET);
    assertThat(new String(silent.get(1_000).getInputStream().readAllBytes(), ISO_8859_1))
        .endsWith("192.0.2.7");
    assertThat(refusals).isEmpty();
    for (Socket socket : silent) {
      socket.close();
    }
  }

  @Test
  void aConnectionWithoutItsHeaderDoesNotHoldUpTheEnd() throws Exception {
    start(TestServer.LIMITS);
    try (Socket silent = server.connect()) {
      await().until(() -> server.connections.open() == 1);
      server
          .loop
          .call(server.clients::closeWhenDone)
          .toCompletableFuture()
          .get(30, TimeUnit.SECONDS);
      assertThat(silent.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(refusals).isEmpty();
  }
}
