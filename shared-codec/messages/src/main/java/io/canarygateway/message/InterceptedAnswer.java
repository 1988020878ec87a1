package io.canarygateway.message;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the {@link InterceptorServer} tells the proxy about one response, in the response's header
 * {@link InterceptedCall#HEADER}. Immutable.
 *
 * @param outcome what happened
 * @param status the status that the target sent, which interceptors may have changed; 0 if it sent
 *     none
 * @param tried the places of the addresses that were connected to, in {@link
 *     InterceptedCall#addresses}; all but the last one failed
 * @param cause why the target could not be connected to, for logs; empty otherwise
 */
public record InterceptedAnswer(Outcome outcome, int status, List<Integer> tried, String cause) {

  private static final int FIELDS = 4;
  private static final String NOTHING = "-";

  /** What happened to a request. */
  public enum Outcome {
    /** The target or an interceptor has answered. */
    ANSWERED,
    /** No address of the target could be connected to. The status is no one's answer. */
    CONNECT,
    /** As {@link #CONNECT}; the last attempt took too long. */
    CONNECT_TIMEOUT
  }

  /**
   * Copies the lists.
   *
   * @param outcome what happened
   * @param status the status that the target sent, which interceptors may have changed; 0 if it
   *     sent none
   * @param tried the places of the addresses that were connected to, in {@link
   *     InterceptedCall#addresses}; all but the last one failed
   * @param cause why the target could not be connected to, for logs; empty otherwise
   */
  public InterceptedAnswer {
    tried = List.copyOf(tried);
  }

  /** {@return the form in the header} */
  public String encode() {
    return outcome
        + " "
        + status
        + " "
        + orNothing(tried.stream().map(String::valueOf).collect(Collectors.joining(",")))
        + " "
        + orNothing(URLEncoder.encode(cause, StandardCharsets.UTF_8));
  }

  /** No field may be empty, because HTTP ignores spaces at the end of a header's value. */
  private static String orNothing(String field) {
    return field.isEmpty() ? NOTHING : field;
  }

  /**
   * Reads the form in the header.
   *
   * @param text the header's value
   * @return the answer
   * @throws IllegalArgumentException if the text is malformed
   */
  public static InterceptedAnswer parse(String text) {
    String[] fields = text.split(" ", -1);
    if (fields.length != FIELDS) {
      throw new IllegalArgumentException("not " + FIELDS + " fields");
    }
    return new InterceptedAnswer(
        Outcome.valueOf(fields[0]),
        Integer.parseInt(fields[1]),
        fields[2].equals(NOTHING)
            ? List.of()
            : Stream.of(fields[2].split(",")).map(Integer::valueOf).toList(),
        fields[3].equals(NOTHING) ? "" : URLDecoder.decode(fields[3], StandardCharsets.UTF_8));
  }
}
