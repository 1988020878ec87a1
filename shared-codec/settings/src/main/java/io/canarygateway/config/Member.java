package io.canarygateway.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A node of a cluster.
 *
 * @param host the node's name or address
 * @param port the port of the node's membership
 */
public record Member(String host, int port) {

  static final String EXPECTED = "a host and port such as 10.0.0.1:5701";

  private static final Pattern FORM =
      Pattern.compile("([A-Za-z0-9._-]{1,255}|\\[[0-9A-Fa-f:.]{2,45}]):([0-9]{1,5})");

  static Member parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(text);
    }
    int port = Integer.parseInt(matcher.group(2));
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException(text);
    }
    return new Member(matcher.group(1), port);
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
