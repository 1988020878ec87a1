package io.canarygateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.canarygateway.fixtures.Certificates;
import io.canarygateway.message.BusSecret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may connect to whom, on real sockets. */
class NodeTlsTest {

  private static final Credentials SHOP =
      SecretCredentials.of(BusSecret.of("a secret of the shop"), "gateway");
  private static final Credentials OTHER =
      SecretCredentials.of(BusSecret.of("another one, as long"), "gateway");

  @TempDir Path directory;

  /** What both sides have seen of a handshake after which each has sent the other a byte. */
  private record Sessions(SSLSession ofServer, SSLSession ofClient) {}

  private interface ClientSide {
    SSLSocket over(Socket connected) throws Exception;
  }

  private static Sessions connect(NodeTls server, ClientSide client) throws Exception {
    try (java.net.ServerSocket listener =
            new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket out = new Socket()) {
      out.connect(listener.getLocalSocketAddress());
      try (Socket in = listener.accept()) {
        in.setSoTimeout(20_000);
        out.setSoTimeout(20_000);
        CompletableFuture<SSLSession> accepted =
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    SSLSocket over = server.over(in, false);
                    over.startHandshake();
                    over.getOutputStream().write(1);
                    return over.getSession();
                  } catch (IOException e) {
                    throw new IllegalStateException(e);
                  }
                });
        SSLSocket over = client.over(out);
        over.startHandshake();
        // With TLS 1.3 a client learns only by reading that it was refused.
        assertThat(over.getInputStream().read()).isEqualTo(1);
        return new Sessions(accepted.get(30, TimeUnit.SECONDS), over.getSession());
      }
    }
  }

  private static Sessions connect(Credentials server, Credentials client) throws Exception {
    return connect(new NodeTls(server), socket -> new NodeTls(client).over(socket, true));
  }

  @Test
  void nodesWithTheSameSecretConnectByTls13() throws Exception {
    Sessions sessions = connect(SHOP, SHOP);
    assertThat(sessions.ofServer().getProtocol()).isEqualTo("TLSv1.3");
    assertThat(sessions.ofServer().getPeerCertificates()).hasSize(1);
    assertThat(sessions.ofClient().getPeerCertificates()).hasSize(1);
  }

  @Test
  void anotherSecretIsRefusedByBothSides() {
    Credentials careless = new Credentials(OTHER.key(), new TrustEverybody());
    assertThatThrownBy(() -> connect(SHOP, careless)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> connect(careless, SHOP))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("does not know the cluster's secret");
  }

  @Test
  void aClientWithoutACertificateIsRefused() {
    assertThatThrownBy(() -> connect(new NodeTls(SHOP), socket -> client(socket, "TLSv1.3", null)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void anOlderTlsIsRefused() {
    assertThatThrownBy(
            () -> connect(new NodeTls(SHOP), socket -> client(socket, "TLSv1.2", SHOP.key())))
        .isInstanceOf(IOException.class);
  }

  private static SSLSocket client(Socket socket, String protocol, X509ExtendedKeyManager key)
      throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        key == null ? null : new X509ExtendedKeyManager[] {key},
        new TrustManager[] {new TrustEverybody()},
        null);
    InetSocketAddress remote = (InetSocketAddress) socket.getRemoteSocketAddress();
    SSLSocket over =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(socket, remote.getHostString(), remote.getPort(), false);
    over.setEnabledProtocols(new String[] {protocol});
    return over;
  }

  /** A resumed session would skip the check of the certificates. */
  @Test
  void noSessionIsResumed() throws Exception {
    CountingTrust trust = new CountingTrust();
    NodeTls server = new NodeTls(new Credentials(SHOP.key(), trust));
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(
        new X509ExtendedKeyManager[] {SHOP.key()}, new TrustManager[] {new TrustEverybody()}, null);
    for (int i = 1; i <= 3; i++) {
      connect(
          server,
          socket -> (SSLSocket) context.getSocketFactory().createSocket(socket, "node", 1, false));
      assertThat(trust.checks).as("checks of %s connections", i).isEqualTo(i);
    }
  }

  private Identity.Certificates files(Certificates made) {
    return new Identity.Certificates(
        made.ca(), made.serverCert(), made.serverKey(), Optional.empty());
  }

  @Test
  void certificatesOfOneAuthorityConnectAndOthersDoNot() throws Exception {
    Certificates made = Certificates.create(Files.createDirectory(directory.resolve("a")));
    Certificates strange = Certificates.create(Files.createDirectory(directory.resolve("b")));
    Credentials ours = PemCredentials.read(files(made)).parse();
    Credentials theirs = PemCredentials.read(files(strange)).parse();
    assertThat(connect(ours, ours).ofServer().getProtocol()).isEqualTo("TLSv1.3");
    Credentials careless = new Credentials(theirs.key(), new TrustEverybody());
    assertThatThrownBy(() -> connect(ours, careless)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> connect(careless, ours)).isInstanceOf(IOException.class);
    NodeTls swapped = new NodeTls(ours);
    swapped.use(theirs);
    assertThat(connect(swapped, socket -> new NodeTls(theirs).over(socket, true)).ofClient())
        .isNotNull();
    assertThatThrownBy(() -> connect(swapped, socket -> new NodeTls(ours).over(socket, true)))
        .isInstanceOf(IOException.class);
  }
}
