package io.canarygateway.http;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The positions of a request target's parts in its head's bytes (RFC 9112, 3.2). Immutable.
 *
 * @param form the form of the target
 * @param authorityStart the start of host and port
 * @param authorityEnd their end
 * @param pathStart the start of the path
 * @param pathEnd its end
 * @param queryEnd the end of the query, which begins behind the path and {@code ?}; -1 if there is
 *     none
 * @param ascii whether all bytes are ASCII
 */
record RequestTarget(
    TargetForm form,
    int authorityStart,
    int authorityEnd,
    int pathStart,
    int pathEnd,
    int queryEnd,
    boolean ascii) {

  /**
   * Parses a target.
   *
   * @throws MalformedException if it has none of the four forms
   */
  static RequestTarget parse(byte[] bytes, int start, int end, String method)
      throws MalformedException {
    boolean ascii = check(bytes, start, end);
    if (method.equals("CONNECT")) {
      return new RequestTarget(TargetForm.AUTHORITY, start, end, end, end, -1, ascii);
    }
    if (bytes[start] == '/') {
      return withPath(bytes, TargetForm.ORIGIN, start, start, start, end, ascii);
    }
    if (end - start == 1 && bytes[start] == '*') {
      if (!method.equals("OPTIONS")) {
        throw MalformedException.of("the target * is allowed for OPTIONS only");
      }
      return new RequestTarget(TargetForm.ASTERISK, start, start, start, end, -1, ascii);
    }
    int authority = behindScheme(bytes, start, end);
    int path = authority;
    while (path < end && bytes[path] != '/' && bytes[path] != '?') {
      path++;
    }
    if (!HostSyntax.isHost(bytes, authority, path) || bytes[authority] == ':') {
      throw MalformedException.of("the target names no host");
    }
    return withPath(bytes, TargetForm.ABSOLUTE, authority, path, path, end, ascii);
  }

  private static RequestTarget withPath(
      byte[] bytes,
      TargetForm form,
      int authorityStart,
      int authorityEnd,
      int start,
      int end,
      boolean ascii) {
    int path = start;
    while (path < end && bytes[path] != '?') {
      path++;
    }
    return new RequestTarget(
        form, authorityStart, authorityEnd, start, path, path < end ? end : -1, ascii);
  }

  /**
   * Checks that there is no control character, blank or fragment. Returns whether all bytes are
   * ASCII.
   */
  private static boolean check(byte[] bytes, int start, int end) throws MalformedException {
    if (start == end) {
      throw MalformedException.of("the request line has no target");
    }
    boolean ascii = true;
    for (int i = start; i < end; i++) {
      byte b = bytes[i];
      if (b < 0) {
        ascii = false;
      } else if (b <= ' ' || b == 0x7f || b == '#') {
        throw MalformedException.of("the request target has a character that is not allowed");
      }
    }
    return ascii;
  }

  private static int behindScheme(byte[] bytes, int start, int end) throws MalformedException {
    int length = Math.min(end - start, "https://".length());
    String beginning =
        new String(bytes, start, length, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    for (String scheme : new String[] {"http://", "https://"}) {
      if (beginning.startsWith(scheme)) {
        return start + scheme.length();
      }
    }
    throw MalformedException.of("the request target is neither a path nor an http URL");
  }
}
