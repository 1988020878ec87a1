package io.canarygateway.proxy;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.ScriptedGateway;
import io.canarygateway.fixtures.TestAuthority;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A version of HTTP, with TLS or without, that a client speaks. */
enum ClientWay {
  HTTP1,
  H2C,
  HTTP1_TLS,
  H2_TLS;

  boolean tls() {
    return this == HTTP1_TLS || this == H2_TLS;
  }

  boolean http2() {
    return this == H2C || this == H2_TLS;
  }

  String scheme() {
    return tls() ? "https" : "http";
  }

  /** A connection to a gateway of this machine, after the handshake if there is TLS. */
  Socket connect(int port, TestAuthority authority) throws Exception {
    Socket socket = new RawSocket(port).socket();
    return tls()
        ? TlsFixture.over(socket, authority.context(), http2() ? "h2" : "http/1.1")
        : socket;
  }

  /**
   * Sends a GET with a cookie, which fixes the assignment.
   *
   * @param fields more header lines
   * @return the answer's status; {@code reset} if the stream was reset instead
   */
  String send(int port, TestAuthority authority, String... fields) throws Exception {
    try (Socket socket = connect(port, authority)) {
      return http2() ? sendHttp2(socket, fields) : sendHttp1(socket, fields);
    }
  }

  private String sendHttp2(Socket socket, String... fields) throws Exception {
    List<String> lines = new ArrayList<>(List.of("cookie", "maxwellsdaemon=0.25"));
    for (String field : fields) {
      lines.addAll(List.of(field.split(": ", 2)));
    }
    lines.addAll(List.of("cookie", "a=b"));
    return new Http2Socket(socket)
        .ask(1, Http2Socket.get(scheme(), "/", lines.toArray(String[]::new)))
        .status();
  }

  private static String sendHttp1(Socket socket, String... fields) throws Exception {
    List<String> lines = new ArrayList<>(List.of(fields));
    lines.addAll(List.of("Cookie: maxwellsdaemon=0.25; a=b", "Connection: close"));
    String request = ScriptedGateway.request("GET / HTTP/1.1", lines.toArray(String[]::new));
    socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1)
        .substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length());
  }
}
