package io.canarygateway.proxy;

import io.canarygateway.fixtures.TestAuthority;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** What tests of TLS have in common: the section of the settings, and clients. Stateless. */
final class TlsFixture {

  private TlsFixture() {}

  static JsonObject pair(TestAuthority.Pair pair) {
    return new JsonObject()
        .put("cert-file", pair.cert().toString())
        .put("key-file", pair.key().toString());
  }

  /** Adds the section for the listener. */
  static JsonObject with(JsonObject config, JsonObject tls) {
    return config.copy().put("router-server", new JsonObject().put("tls", tls));
  }

  static HttpClient client(SSLContext tls, HttpClient.Version version) {
    return HttpClient.newBuilder()
        .sslContext(tls)
        .version(version)
        .connectTimeout(Duration.ofSeconds(10))
        .build();
  }

  static HttpResponse<String> get(HttpClient client, int port, String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("https://localhost:" + port + path))
            .timeout(Duration.ofSeconds(10))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** A connection after its handshake; {@code ""} asks for no name. */
  static SSLSocket connect(SSLContext tls, int port, String sni) throws IOException {
    SSLSocket socket =
        (SSLSocket) tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(10_000);
    if (!sni.isEmpty()) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName(sni)));
      socket.setSSLParameters(parameters);
    }
    socket.startHandshake();
    return socket;
  }

  /** TLS over a connection, with one protocol of ALPN, after its handshake. */
  static SSLSocket over(Socket socket, SSLContext tls, String protocol) throws IOException {
    SSLSocket secure =
        (SSLSocket)
            tls.getSocketFactory().createSocket(socket, "localhost", socket.getPort(), true);
    secure.setSoTimeout(10_000);
    SSLParameters parameters = secure.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {protocol});
    secure.setSSLParameters(parameters);
    secure.startHandshake();
    if (!protocol.equals(secure.getApplicationProtocol())) {
      throw new IOException("the gateway does not speak " + protocol);
    }
    return secure;
  }

  /** The common name of the certificate that a client gets. */
  static String subject(SSLContext tls, int port, String sni) throws IOException {
    try (SSLSocket socket = connect(tls, port, sni)) {
      X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return shown.getSubjectX500Principal().getName().substring("CN=".length());
    }
  }

  /** Sends a request of HTTP/1.1 and reads until the gateway closes. */
  static String exchange(SSLSocket socket) throws IOException {
    socket
        .getOutputStream()
        .write(
            "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }
}
