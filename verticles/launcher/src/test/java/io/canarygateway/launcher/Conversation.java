package io.canarygateway.launcher;

import io.canarygateway.launcher.ScriptedUpstream.Script;
import java.nio.charset.StandardCharsets;

/** What a client says, and what its server does, whatever is between them. */
enum Conversation {
  LENGTH(get(), answer("HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 5\r\n\r\nhello")),
  EMPTY(get(), answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")),
  CHUNKED(get(), answer(chunked("") + "\r\n")),
  TRAILERS(get("TE: trailers"), answer(chunked("Trailer: X-T\r\n") + "X-T: end\r\n\r\n")),
  UNTIL_CLOSE(get(), closing("HTTP/1.1 200 OK\r\n\r\nto the end")),
  SERVER_CLOSES(
      get(), closing("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello")),
  OF_HTTP_1_0(get(), closing("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello")),
  LARGE(
      get(), answer("HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n" + "x".repeat(3_000_000))),
  MANY_HEADERS(
      get("Cookie: a=1", "Cookie: b=2", "X-R: 1", "X-R: 2"),
      answer(
          "HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Path=/\r\nSet-Cookie: b=2\r\nETag: \"e\"\r\n"
              + "Cache-Control: no-cache\r\nVary: Accept\r\nContent-Length: 2\r\n\r\nok")),
  QUERY(request("GET /a%2Fb//c/../d;p=1?q=%20a+b&q=[1]"), answer(ScriptedUpstream.OK)),
  COMPRESSED(
      get("Accept-Encoding: gzip"),
      answer("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc")),
  HEAD_LENGTH(request("HEAD /"), answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")),
  HEAD_CHUNKED(request("HEAD /"), answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")),
  HEAD_BARE(request("HEAD /"), closing("HTTP/1.1 200 OK\r\nX-A: 1\r\n\r\n")),
  NO_CONTENT(request("DELETE /"), answer("HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n")),
  NOT_MODIFIED(
      get("If-None-Match: \"e\""), answer("HTTP/1.1 304 Not Modified\r\nETag: \"e\"\r\n\r\n")),
  NOT_MODIFIED_LENGTH(
      get("If-None-Match: \"e\""),
      answer("HTTP/1.1 304 Not Modified\r\nETag: \"e\"\r\nContent-Length: 5\r\n\r\n")),
  RANGE(
      get("Range: bytes=0-1"),
      answer(
          "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-1/5\r\n"
              + "Content-Length: 2\r\n\r\nhe")),
  REDIRECT(
      get(), answer("HTTP/1.1 302 Found\r\nLocation: /elsewhere?x=1\r\nContent-Length: 0\r\n\r\n")),
  SERVER_ERROR(
      get(), answer("HTTP/1.1 503 Busy\r\nRetry-After: 3\r\nContent-Length: 4\r\n\r\nbusy")),
  EARLY_HINTS(
      get(), answer("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + ScriptedUpstream.OK)),
  UPLOAD(request("POST /", "Content-Length: 5") + "hello", answer(ScriptedUpstream.OK)),
  EMPTY_UPLOAD(request("PUT /", "Content-Length: 0"), answer(ScriptedUpstream.OK)),
  CHUNKED_UPLOAD(
      request("POST /", "Transfer-Encoding: chunked") + "3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n",
      answer(ScriptedUpstream.OK)),
  LARGE_UPLOAD(
      request("POST /", "Content-Length: 1000000") + "y".repeat(1_000_000),
      answer(ScriptedUpstream.OK)),
  EXPECTED_UPLOAD(
      request("POST /", "Content-Length: 5", "Expect: 100-continue") + "hello",
      answer(ScriptedUpstream.OK)),
  EARLY_REFUSAL(
      request("POST /", "Content-Length: 1000000") + "begin",
      (received, link) ->
          link.send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno").close()),
  CUT_SHORT(get(), closing("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello")),
  CUT_CHUNK(get(), closing("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhello")),
  CUT_BEFORE_LAST_CHUNK(
      get(), closing("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")),
  NO_ANSWER(
      request("POST /", "Content-Length: 2") + "hi", (received, link) -> link.readBody().close()),
  RESET(request("POST /", "Content-Length: 2") + "hi", (received, link) -> link.readBody().reset()),
  OLD_CLIENT(
      "GET /a HTTP/1.0\r\nHost: client.test\r\nAccept-Encoding: identity\r\n\r\n",
      answer(chunked("") + "\r\n")),
  UPGRADE(
      get("Connection: Upgrade", "Upgrade: foo"),
      (received, link) -> {
        link.send("HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\n");
        for (int next = link.read(); next != '.'; next = link.read()) {
          link.send(Character.toString(Character.toUpperCase(next)));
        }
        link.send("!").close();
      }),
  UPGRADE_REFUSED(
      get("Connection: Upgrade", "Upgrade: foo"),
      answer("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"));

  private final String request;
  private final Script script;

  Conversation(String request, Script script) {
    this.request = request;
    this.script = script;
  }

  byte[] request() {
    return request.getBytes(StandardCharsets.ISO_8859_1);
  }

  String method() {
    return request.substring(0, request.indexOf(' '));
  }

  Script script() {
    return script;
  }

  private static String get(String... fields) {
    return request("GET /a?b=c", fields);
  }

  /** The gateway asks for gzip on behalf of clients that say nothing about it, so these do. */
  private static String request(String line, String... fields) {
    String head = ScriptedGateway.request(line + " HTTP/1.1", fields);
    return head.contains("Accept-Encoding")
        ? head
        : head.replaceFirst("\r\n\r\n$", "\r\nAccept-Encoding: identity\r\n\r\n");
  }

  private static String chunked(String fields) {
    return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
        + fields
        + "\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n";
  }

  private static Script answer(String text) {
    return (received, link) -> link.readBody().send(text);
  }

  private static Script closing(String text) {
    return (received, link) -> link.readBody().send(text).close();
  }
}
