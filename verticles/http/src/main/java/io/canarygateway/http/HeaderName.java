package io.canarygateway.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The header names that have a meaning for the gateway. All others are {@link #OTHER}. */
public enum HeaderName {
  HOST("host"),
  CONNECTION("connection"),
  CONTENT_LENGTH("content-length"),
  TRANSFER_ENCODING("transfer-encoding"),
  KEEP_ALIVE("keep-alive"),
  PROXY_CONNECTION("proxy-connection"),
  PROXY_AUTHENTICATE("proxy-authenticate"),
  PROXY_AUTHORIZATION("proxy-authorization"),
  TE("te"),
  TRAILER("trailer"),
  UPGRADE("upgrade"),
  HTTP2_SETTINGS("http2-settings"),
  EXPECT("expect"),
  VIA("via"),
  DATE("date"),
  MAX_FORWARDS("max-forwards"),
  COOKIE("cookie"),
  RANGE("range"),
  ACCEPT_ENCODING("accept-encoding"),
  CONTENT_ENCODING("content-encoding"),
  FORWARDED("forwarded"),
  X_REAL_IP("x-real-ip"),
  X_CANARY("x-canary"),
  X_FORWARDED_FOR("x-forwarded-for"),
  X_FORWARDED_PROTO("x-forwarded-proto"),
  X_FORWARDED_HOST("x-forwarded-host"),
  TRACEPARENT("traceparent"),
  TRACESTATE("tracestate"),
  /** Any other name that begins with {@code X-Forwarded-}. */
  X_FORWARDED_OTHER("x-forwarded-"),
  /**
   * A name above with an underscore instead of a dash. Many servers treat both spellings as the
   * same header, so the second one must not pass unchecked.
   */
  UNDERSCORED(""),
  /** Any name without a meaning here. */
  OTHER("");

  private static final HeaderName[][] BY_LENGTH = byLength();

  private final byte[] lower;

  HeaderName(String lower) {
    this.lower = lower.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * The header name in a range of bytes, in any case.
   *
   * @param underscore whether one of the bytes is an underscore
   */
  static HeaderName of(byte[] bytes, int start, int end, boolean underscore) {
    if (underscore) {
      return ofUnderscored(bytes, start, end);
    }
    int length = end - start;
    if (length < BY_LENGTH.length) {
      for (HeaderName candidate : BY_LENGTH[length]) {
        if (candidate.startsWith(bytes, start)) {
          return candidate;
        }
      }
    }
    return length > X_FORWARDED_OTHER.lower.length && X_FORWARDED_OTHER.startsWith(bytes, start)
        ? X_FORWARDED_OTHER
        : OTHER;
  }

  private static HeaderName ofUnderscored(byte[] bytes, int start, int end) {
    byte[] dashed = new byte[end - start];
    for (int i = start; i < end; i++) {
      dashed[i - start] = bytes[i] == '_' ? (byte) '-' : bytes[i];
    }
    return of(dashed, 0, dashed.length, false) == OTHER ? OTHER : UNDERSCORED;
  }

  /**
   * Whether bytes begin with this name. Each byte is a token character, so bit 5 is the case of a
   * letter.
   */
  private boolean startsWith(byte[] bytes, int start) {
    for (int i = 0; i < lower.length; i++) {
      if ((bytes[start + i] | 0x20) != lower[i]) {
        return false;
      }
    }
    return true;
  }

  /** The header name of a text, in any case. */
  static HeaderName of(String name) {
    byte[] bytes = name.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.ISO_8859_1);
    return of(bytes, 0, bytes.length, name.indexOf('_') >= 0);
  }

  private static HeaderName[][] byLength() {
    List<List<HeaderName>> found = new ArrayList<>();
    for (HeaderName name : values()) {
      while (found.size() <= name.lower.length) {
        found.add(new ArrayList<>());
      }
      if (name.lower.length > 0 && name != X_FORWARDED_OTHER) {
        found.get(name.lower.length).add(name);
      }
    }
    return found.stream().map(list -> list.toArray(HeaderName[]::new)).toArray(HeaderName[][]::new);
  }
}
