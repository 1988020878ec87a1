package io.canarygateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Valid responses of all kinds, read by this client and by Vert.x's, with the same result. */
@ExtendWith(NothingLost.class)
class UpstreamDifferentialTest {

  private static final int TRIES = 400;

  /** A response, and whether its connection may carry another one. */
  private record Response(String method, String bytes, boolean reusable) {

    static Response random(Random random) {
      String method = random.nextInt(5) == 0 ? "HEAD" : random.nextBoolean() ? "GET" : "DELETE";
      int status = Mutations.one(List.of(200, 201, 204, 304, 404, 500, 599), random);
      boolean http10 = random.nextInt(5) == 0;
      StringBuilder text = new StringBuilder();
      if (random.nextInt(6) == 0 && !http10) {
        text.append("HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n");
      }
      text.append(http10 ? "HTTP/1.0 " : "HTTP/1.1 ").append(status).append(" Some Reason\r\n");
      for (int i = random.nextInt(5); i > 0; i--) {
        text.append("X-")
            .append(i)
            .append(": v\u00e4lue ")
            .append(random.nextInt(100))
            .append("\r\n");
      }
      int connection = random.nextInt(4);
      text.append(connection == 0 ? "Connection: close\r\n" : "");
      text.append(connection == 1 ? "Connection: keep-alive\r\n" : "");
      boolean keeps = connection != 0 && (!http10 || connection == 1);
      boolean bodiless = method.equals("HEAD") || status == 204 || status == 304;
      String body = "b".repeat(random.nextInt(random.nextBoolean() ? 50 : 20_000));
      int framing = random.nextInt(http10 ? 2 : 3);
      if (bodiless) {
        text.append(status == 204 ? "\r\n" : "Content-Length: 7\r\n\r\n");
      } else if (framing == 0) {
        text.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
      } else if (framing == 1) {
        text.append("\r\n").append(body);
      } else {
        text.append("Transfer-Encoding: chunked\r\n\r\n").append(chunks(body, random));
      }
      return new Response(method, text.toString(), keeps && (bodiless || framing != 1));
    }

    private static String chunks(String body, Random random) {
      StringBuilder chunks = new StringBuilder();
      if (!body.isEmpty()) {
        for (String piece : Bytes.cut(body, 2 + random.nextInt(1_000))) {
          chunks.append(Integer.toHexString(piece.length())).append("\r\n");
          chunks.append(piece).append("\r\n");
        }
      }
      chunks.append("0\r\n").append(random.nextBoolean() ? "X-Trailer: t\r\n" : "");
      return chunks.append("\r\n").toString();
    }
  }

  /** A response as a client reports it. */
  private record Seen(int status, List<String> headers, String body, List<String> trailers) {}

  @Test
  void itIsUnderstoodAsVertxDoes() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Vertx vertx = Vertx.vertx();
    try (TestLoop loop = new TestLoop();
        RawServer server = new RawServer(socket -> {})) {
      HttpClient client = vertx.createHttpClient(new HttpClientOptions().setKeepAlive(false));
      UpstreamTarget pool = loop.pool(server.port(), 1);
      boolean reusable = false;
      for (int i = 0; i < TRIES; i++) {
        Response response = Response.random(random);
        long cut = random.nextInt(3) == 0 ? 0 : random.nextLong();
        List<String> pieces =
            response.bytes().length() > 1_000 && cut != 0
                ? Bytes.cut(response.bytes(), cut | 1L << 40)
                : Bytes.cut(response.bytes(), cut);
        next = pieces;
        closes = !response.reusable();
        server.use(this::serve);
        int before = server.accepted();
        Seen ours = ours(loop, pool, response.method());
        assertThat(server.accepted() - before)
            .as(seed + " " + i + ": is a connection used again exactly if it may be?")
            .isEqualTo(reusable ? 0 : 1);
        reusable = response.reusable();
        assertThat(ours)
            .as(seed + " " + i + "\n" + response)
            .isEqualTo(vertxs(vertx, client, server.port(), response.method()));
      }
      client.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
  }

  private volatile List<String> next;
  private volatile boolean closes;

  private void serve(Socket socket) throws Exception {
    while (!RawServer.readHead(socket).isEmpty()) {
      boolean last = closes;
      for (String piece : next) {
        RawServer.write(socket, piece);
      }
      if (last) {
        return;
      }
    }
  }

  private static Seen ours(TestLoop loop, UpstreamTarget pool, String method) {
    RecordedCall call = new RecordedCall().begin(loop, pool, method).await();
    assertThat(call.failure).isNull();
    return new Seen(call.head.status(), lines(call.head), call.text(), lines(call.trailers));
  }

  private static List<String> lines(Head head) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < head.size(); i++) {
      lines.add(head.name(i).toLowerCase(Locale.ROOT) + ": " + head.value(i));
    }
    return lines;
  }

  /**
   * All on one event loop: a body that is asked for by another thread may have passed by already.
   */
  private static Seen vertxs(Vertx vertx, HttpClient client, int port, String method)
      throws Exception {
    Promise<Seen> seen = Promise.promise();
    vertx
        .getOrCreateContext()
        .runOnContext(
            v ->
                client
                    .request(HttpMethod.valueOf(method), port, "127.0.0.1", "/")
                    .compose(request -> request.send())
                    .compose(
                        response ->
                            response
                                .body()
                                .map(
                                    body ->
                                        new Seen(
                                            response.statusCode(),
                                            lines(response.headers()),
                                            body.toString("ISO-8859-1"),
                                            lines(response.trailers()))))
                    .onComplete(seen));
    return seen.future().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static List<String> lines(io.vertx.core.MultiMap headers) {
    List<String> lines = new ArrayList<>();
    headers.forEach((name, value) -> lines.add(name.toLowerCase(Locale.ROOT) + ": " + value));
    return lines;
  }
}
