package io.canarygateway.proxy;

import io.canarygateway.decision.Assignment;
import io.canarygateway.http.RequestHead;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The two formats of the access log. Queries are left out, because they may hold credentials. Texts
 * of clients are cut, so that each line fits in 16 KiB. Confined to one event loop.
 */
final class AccessLines {

  private static final int MOST_OF_PATH = 2048;
  private static final int MOST_OF_HOST = 256;
  private static final int MOST_OF_METHOD = 64;
  private static final int MOST_OF_OTHERS = 128;

  private static final byte[] TIME = ascii("{\"time\":\"");
  private static final byte[] REMOTE = ascii("\",\"remote\":\"");
  private static final byte[] HOST = ascii("\",\"host\":\"");
  private static final byte[] NO_HOST = ascii("\",\"host\":null");
  private static final byte[] METHOD = ascii(",\"method\":\"");
  private static final byte[] PATH = ascii("\",\"path\":\"");
  private static final byte[] HTTP_1_1 = ascii("\",\"protocol\":\"HTTP/1.1\",\"status\":");
  private static final byte[] HTTP_1_0 = ascii("\",\"protocol\":\"HTTP/1.0\",\"status\":");
  private static final byte[] HTTP_2 = ascii("\",\"protocol\":\"HTTP/2.0\",\"status\":");
  private static final byte[] MALFORMED =
      ascii(",\"method\":null,\"path\":null,\"protocol\":null,\"status\":");
  private static final byte[] BYTES = ascii(",\"bytes\":");
  private static final byte[] DURATION = ascii(",\"duration_ms\":");
  private static final byte[] UPSTREAM_MS = ascii(",\"upstream_ms\":");
  private static final byte[] ASSIGNMENT = ascii(",\"assignment\":");
  private static final byte[] UPSTREAM = ascii(",\"upstream\":");
  private static final byte[] REQUEST_ID = ascii(",\"request_id\":");
  private static final byte[] TRACE_ID = ascii(",\"trace_id\":");
  private static final byte[] END = ascii("}");
  private static final byte[] NULL = ascii("null");

  private final DecisionTexts decisions = new DecisionTexts();
  private final AccessTime time;

  AccessLines(AccessTime time) {
    this.time = time;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Writes a JSON object. What is not known is null; a target that is not known is {@code -}. */
  void json(LineBuffer to, AccessRecord record) {
    RequestHead head = record.stream().head();
    boolean malformed = head == RequestHead.NONE;
    to.bytes(TIME);
    time.iso(to, record.startNanos());
    to.bytes(REMOTE).json(record.stream().clientAddress().text(), MOST_OF_OTHERS);
    host(to, head);
    if (malformed) {
      to.bytes(MALFORMED);
    } else {
      to.bytes(METHOD).json(head.method(), MOST_OF_METHOD);
      to.bytes(PATH).json(path(to, head));
      to.bytes(head.http2() ? HTTP_2 : head.http10() ? HTTP_1_0 : HTTP_1_1);
    }
    status(to, record.status(), "null");
    to.bytes(BYTES).number(record.bytes());
    to.bytes(DURATION).millis(record.durationNanos());
    to.bytes(UPSTREAM_MS);
    if (record.upstreamNanos() == AccessRecord.UNKNOWN) {
      to.bytes(NULL);
    } else {
      to.millis(record.upstreamNanos());
    }
    decisions.write(to, record.route(), record.target(), record.decision());
    assignment(to, record.sticky());
    string(to, UPSTREAM, record.upstream(), MOST_OF_OTHERS);
    string(to, REQUEST_ID, record.requestId(), MOST_OF_OTHERS);
    string(to, TRACE_ID, record.traceId(), MOST_OF_OTHERS);
    to.bytes(END).end();
  }

  private static void assignment(LineBuffer to, @Nullable Sticky sticky) {
    to.bytes(ASSIGNMENT);
    if (sticky == null) {
      to.bytes(NULL);
    } else {
      assignment(to, sticky.assignment());
    }
  }

  /** Writes the client's spelling if JSON has it for a number, too. */
  private static void assignment(LineBuffer to, Assignment assignment) {
    String text = assignment.text();
    boolean plain = text.length() > 2 && text.startsWith("0.");
    for (int i = 2; plain && i < text.length(); i++) {
      plain = text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    to.text(plain ? text : Double.toString(assignment.value()));
  }

  /** Writes a line of the Common Log Format. */
  void common(LineBuffer to, AccessRecord record) {
    RequestHead head = record.stream().head();
    String remote = record.stream().clientAddress().text();
    to.text(remote.isEmpty() ? "-" : remote).text(" - - [");
    time.common(to, record.startNanos());
    to.text("] \"");
    if (head == RequestHead.NONE) {
      to.text("-");
    } else {
      to.quoted(head.method(), MOST_OF_METHOD).text(" ");
      to.quoted(path(to, head)).text(protocol(head));
    }
    to.text("\" ");
    status(to, record.status(), "-");
    to.text(" ");
    if (record.bytes() == 0) {
      to.text("-");
    } else {
      to.number(record.bytes());
    }
    to.end();
  }

  private static String protocol(RequestHead head) {
    return head.http2() ? " HTTP/2.0" : head.http10() ? " HTTP/1.0" : " HTTP/1.1";
  }

  private static void string(LineBuffer to, byte[] key, @Nullable String text, int most) {
    to.bytes(key);
    if (text == null) {
      to.bytes(NULL);
    } else {
      to.quote().json(text, most).quote();
    }
  }

  private static void host(LineBuffer to, RequestHead head) {
    // The bytes are copied to their place behind the key before it is known whether there are any.
    int count = head.copyHost(to.array(), to.length() + HOST.length, MOST_OF_HOST);
    if (count < 0) {
      to.bytes(NO_HOST);
    } else {
      to.bytes(HOST).json(count).quote();
    }
  }

  private static void status(LineBuffer to, int status, String unknown) {
    if (status == 0) {
      to.text(unknown);
    } else {
      to.number(status);
    }
  }

  /**
   * Copies the path as it arrived to where the buffer goes on; a star for a request about the
   * server, a dash for CONNECT. Returns the number of bytes.
   */
  private static int path(LineBuffer to, RequestHead head) {
    return switch (head.form()) {
      case ASTERISK -> to.copy("*", 1);
      case AUTHORITY -> to.copy("-", 1);
      case ORIGIN, ABSOLUTE -> {
        int count = head.copyPath(to.array(), to.length(), MOST_OF_PATH);
        yield count == 0 ? to.copy("/", 1) : count;
      }
    };
  }
}
