package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** gzip that the proxy asks for on behalf of clients, and unpacks. */
class CompressionTest {

  @RegisterExtension final FreshProxy gateway = new FreshProxy();
  private final Upstreams upstreams = gateway.upstreams;

  @Test
  void gzipIsAskedForAndUnpackedOnBehalfOfPlainClients() throws Exception {
    List<String> asked = new CopyOnWriteArrayList<>();
    upstreams.main.answer(
        request -> {
          asked.add(String.valueOf(request.getHeader("Accept-Encoding")));
          request.response().putHeader("Content-Encoding", "gzip").end(gzip("plain text"));
        });
    gateway.start(upstreams.withoutSidecar());
    HttpResponse<String> plain = gateway.get("/");
    assertThat(plain.body()).isEqualTo("plain text");
    assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
    HttpResponse<byte[]> packed =
        gateway
            .client()
            .send(
                HttpRequest.newBuilder(gateway.uri("/"))
                    .header("Accept-Encoding", "gzip, br")
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    assertThat(packed.body()).isEqualTo(gzip("plain text").getBytes());
    assertThat(packed.headers().firstValue("Content-Encoding")).contains("gzip");
    assertThat(asked).containsExactly("gzip", "gzip, br");
  }

  @Test
  void compressionCanBeDisabled() throws Exception {
    gateway.start(gateway.upstreamClient("disable-compression", true));
    gateway.get("/");
    assertThat(upstreams.main.seen.get(0).headers().get("Accept-Encoding")).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 12, 20})
  void aGzipBodyCutShortIsCutForTheClient(int missing) throws Exception {
    Buffer whole = gzip("text ".repeat(20_000));
    upstreams.main.answer(
        request ->
            request
                .response()
                .putHeader("Content-Encoding", "gzip")
                .end(whole.slice(0, whole.length() - missing)));
    gateway.start(upstreams.withoutSidecar());
    assertThat(gateway.raw("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .doesNotContain("\r\n0\r\n\r\n");
  }

  @Test
  void aGzipBodyOfManyPartsAndMembersIsUnpackedWhole() throws Exception {
    String text = "0123456789".repeat(30_000);
    upstreams.main.answer(
        request -> {
          HttpServerResponse response = request.response().setChunked(true);
          response.putHeader("Content-Encoding", "gzip");
          Buffer packed = gzip(text).appendBuffer(gzip("second"));
          for (int i = 0; i < packed.length(); i += 100) {
            response.write(packed.slice(i, Math.min(i + 100, packed.length())));
          }
          response.end();
        });
    gateway.start(upstreams.withoutSidecar());
    assertThat(gateway.get("/").body()).isEqualTo(text + "second");
  }

  @Test
  void whatIsNoGzipIsCut() throws Exception {
    upstreams.main.answer(
        request -> request.response().putHeader("Content-Encoding", "gzip").end("plain lies"));
    gateway.start(upstreams.withoutSidecar());
    assertThat(gateway.raw("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .doesNotContain("\r\n0\r\n\r\n");
  }

  private static Buffer gzip(String text) {
    java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return Buffer.buffer(bytes.toByteArray());
  }
}
