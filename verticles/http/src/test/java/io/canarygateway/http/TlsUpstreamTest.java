package io.canarygateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.net.SelfSignedCertificate;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NothingLost.class)
class TlsUpstreamTest {

  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final Duration LONG = Duration.ofSeconds(5);

  private static SelfSignedCertificate certificate;
  private static SSLContext tls;

  private final TestLoop loop = new TestLoop();

  @BeforeAll
  static void makeCertificate() throws Exception {
    certificate = SelfSignedCertificate.create("localhost");
    String pem = Files.readString(Path.of(certificate.privateKeyPath()));
    byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", "").strip());
    PrivateKey key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
    Certificate chain;
    try (InputStream in = new FileInputStream(certificate.certificatePath())) {
      chain = CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("key", key, new char[0], new Certificate[] {chain});
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    tls = SSLContext.getInstance("TLS");
    tls.init(keys.getKeyManagers(), null, null);
  }

  @AfterAll
  static void deleteCertificate() {
    certificate.delete();
  }

  @AfterEach
  void stop() {
    loop.close();
  }

  /** Does the TLS handshake on a connection that was accepted. */
  private static RawServer.Script secured(RawServer.Script script) {
    return socket -> {
      SSLSocket secure = (SSLSocket) tls.getSocketFactory().createSocket(socket, null, true);
      secure.setUseClientMode(false);
      try (secure) {
        secure.startHandshake();
        script.serve(secure);
      }
    };
  }

  private RecordedCall get(UpstreamTarget pool) {
    return new RecordedCall().begin(loop, pool, "GET");
  }

  private UpstreamTarget pool(int port, boolean insecure, Duration timeout) {
    return loop.target(
        new TargetSettings(
            true,
            List.of(new Server("localhost", port, "localhost:" + port)),
            insecure,
            timeout,
            false,
            timeout,
            LONG,
            2,
            2,
            Optional.empty()));
  }

  @Test
  void tlsIsSpokenAndConnectionsAreUsedAgain() throws Exception {
    try (RawServer server = new RawServer(secured(RawServer.answering(OK)))) {
      UpstreamTarget pool = pool(server.port(), true, LONG);
      assertThat(get(pool).await().text()).isEqualTo("ok");
      assertThat(get(pool).await().text()).isEqualTo("ok");
      assertThat(server.accepted()).isEqualTo(1);
    }
  }

  @Test
  void aCertificateOfNobodyIsRefused() throws Exception {
    try (RawServer server = new RawServer(secured(RawServer.answering(OK)))) {
      RecordedCall call = get(pool(server.port(), false, LONG)).await();
      assertThat(call.failureKind()).isEqualTo(CallFailure.Kind.CONNECT);
      assertThat(call.failure.cause()).contains("SSLHandshakeException");
    }
  }

  @Test
  void aServerWithoutTlsIsAFailureToConnect() throws Exception {
    try (RawServer server =
        new RawServer(
            socket -> {
              socket.getInputStream().read();
              RawServer.write(socket, OK);
              socket.shutdownOutput();
              socket.getInputStream().readAllBytes();
            })) {
      assertThat(get(pool(server.port(), true, LONG)).await().failureKind())
          .isEqualTo(CallFailure.Kind.CONNECT);
    }
  }

  @Test
  void aHandshakeThatHangsIsATimeoutAndHarmsNoLaterCall() throws Exception {
    try (RawServer server = new RawServer(socket -> socket.getInputStream().readAllBytes())) {
      UpstreamTarget pool = pool(server.port(), true, Duration.ofMillis(400));
      for (int i = 0; i < 3; i++) {
        assertThat(get(pool).await().failureKind())
            .isIn(CallFailure.Kind.CONNECT_TIMEOUT, CallFailure.Kind.TIMEOUT);
      }
      server.use(secured(RawServer.answering(OK)));
      await().untilAsserted(() -> assertThat(get(pool).await().text()).isEqualTo("ok"));
    }
  }

  @Test
  void anUntilCloseBodyEndsWithTheEndOfTls() throws Exception {
    try (RawServer server =
        new RawServer(
            secured(
                socket -> {
                  RawServer.readHead(socket);
                  RawServer.write(socket, "HTTP/1.1 200 OK\r\n\r\nall of it");
                }))) {
      RecordedCall call = get(pool(server.port(), true, LONG)).await();
      assertThat(call.failure).isNull();
      assertThat(call.text()).isEqualTo("all of it");
    }
  }

  @Test
  void anUntilCloseBodyThatIsCutIsAFailure() throws Exception {
    try (ServerSocket cutting = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread serving = new Thread(() -> cut(cutting));
      serving.start();
      RecordedCall call = get(pool(cutting.getLocalPort(), true, LONG)).await();
      assertThat(call.failureKind()).isEqualTo(CallFailure.Kind.RESET);
      assertThat(call.text()).isEqualTo("half");
      serving.join();
    }
  }

  /** Ends the socket below TLS. */
  private static void cut(ServerSocket cutting) {
    try (Socket socket = cutting.accept()) {
      SSLSocket secure = (SSLSocket) tls.getSocketFactory().createSocket(socket, null, false);
      secure.setUseClientMode(false);
      RawServer.readHead(secure);
      secure
          .getOutputStream()
          .write("HTTP/1.1 200 OK\r\n\r\nhalf".getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      socket.getInputStream().read(new byte[100]);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
