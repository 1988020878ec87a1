package io.canarygateway.launcher;

import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What came of a conversation.
 *
 * @param interim the statuses before the final one
 * @param status the final one, 0 if there was none
 * @param fields the header lines of the answer, names in small letters, in alphabetical order
 * @param body the answer's, or what came through the tunnel; empty if it was cut short
 * @param trailers behind a chunked body
 * @param whole whether the client takes the answer for complete
 * @param arrived the requests that the server received, as {@code fields}
 */
record Outcome(
    List<Integer> interim,
    int status,
    List<String> fields,
    String body,
    String trailers,
    boolean whole,
    List<List<String>> arrived) {

  /** For one hop only, or added by each hop; what the gateway answers itself counts as that. */
  private static final Set<String> OF_A_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "via",
          "date",
          "server",
          "host",
          "transfer-encoding",
          "expect");

  /** Whoever answers that a server did not has words of its own. */
  private static final Set<Integer> OF_PROXIES = Set.of(502, 504);

  private static final int CONTINUE = 100;

  private static final String ADDED = "x-forwarded-";
  private static final int SWITCHED = 101;

  /** Lets a client and a server talk through whatever listens at a port. */
  static Outcome of(Conversation conversation, int port, ScriptedUpstream server)
      throws IOException {
    server.reset();
    server.script(conversation.script());
    List<Integer> interim = new ArrayList<>();
    try (RawSocket client = new RawSocket(port)) {
      client.send(conversation.request());
      Reply reply = client.reply(conversation.method());
      while (reply != null && reply.status() < 200 && reply.status() != SWITCHED) {
        if (reply.status() != CONTINUE) {
          interim.add(reply.status());
        }
        reply = client.reply(conversation.method());
      }
      if (reply == null) {
        return new Outcome(interim, 0, List.of(), "", "", false, arrived(server));
      }
      if (OF_PROXIES.contains(reply.status())) {
        return new Outcome(interim, reply.status(), List.of(), "", "", true, arrived(server));
      }
      String body = reply.status() == SWITCHED ? tunnel(client) : reply.body();
      return new Outcome(
          interim,
          reply.status(),
          fields(reply.head()),
          reply.whole() ? body : "",
          reply.trailers(),
          reply.whole(),
          arrived(server));
    } catch (SocketException e) {
      return new Outcome(interim, 0, List.of(), "", "", false, arrived(server));
    }
  }

  private static String tunnel(RawSocket client) throws IOException {
    return client.send("through.").readUntil("!");
  }

  private static List<List<String>> arrived(ScriptedUpstream server) {
    return server.received().stream()
        .map(
            request -> {
              List<String> all = new ArrayList<>(fields(request.head()));
              // A body may come with a length, or in chunks if it was not read whole before.
              all.removeIf(field -> field.startsWith("content-length:"));
              all.add(0, request.line());
              all.add(request.complete() ? request.body() : "");
              return all;
            })
        .toList();
  }

  private static List<String> fields(Head head) {
    List<String> all = new ArrayList<>();
    List<String> names = head.names();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (!OF_A_HOP.contains(name) && !name.startsWith(ADDED)) {
        String field = head.fields().get(i);
        all.add(name + ": " + field.substring(name.length() + 1).strip());
      }
    }
    all.sort((a, b) -> key(a).compareTo(key(b)));
    return all;
  }

  /** Lines of one name keep their order. */
  private static String key(String field) {
    return field.substring(0, field.indexOf(':')).toLowerCase(Locale.ROOT);
  }
}
