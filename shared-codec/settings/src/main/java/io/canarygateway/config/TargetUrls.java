package io.canarygateway.config;

import io.canarygateway.flags.Csv;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The URLs of one target: several servers of the same service. They differ in host and port only.
 * Immutable.
 *
 * @param urls the URLs, 1 to 64, with one scheme, path and query
 */
public record TargetUrls(List<HttpUrl> urls) {

  /** What a value has to look like, to follow "expected" in an error. */
  public static final String EXPECTED =
      HttpUrl.EXPECTED + ", or a list of at most 64 with one scheme, path and query";

  private static final int MOST = 64;

  /** What a JSON Schema says of the URLs. */
  static final Map<String, Object> SCHEMA =
      Map.of(
          "items", HttpUrl.SCHEMA, "minItems", 1, "maxItems", MOST, "pattern", "[Hh][Tt][Tt][Pp]");

  /**
   * Copies the list.
   *
   * @param urls the URLs
   * @throws IllegalArgumentException if there are too few or too many URLs, or they do not go
   *     together
   */
  public TargetUrls {
    urls = List.copyOf(urls);
    if (urls.isEmpty() || urls.size() > MOST) {
      throw new IllegalArgumentException(urls.size() + " URLs");
    }
    HttpUrl first = urls.get(0);
    for (HttpUrl url : urls) {
      if (url.tls() != first.tls()
          || !url.path().equals(first.path())
          || !url.query().equals(first.query())) {
        throw new IllegalArgumentException(url + " does not go together with " + first);
      }
    }
  }

  /**
   * Reads one URL, or a CSV record of several. A single URL may contain commas, as long as no
   * {@code http://} or {@code https://} follows one.
   *
   * @param text the text
   * @return the URLs
   * @throws IllegalArgumentException if the text is neither
   */
  public static TargetUrls parse(String text) {
    List<String> parts = Csv.parse(text).stream().map(String::trim).toList();
    boolean single =
        !text.startsWith("\"") && parts.stream().skip(1).noneMatch(TargetUrls::beginsUrl);
    return new TargetUrls(
        single ? List.of(HttpUrl.parse(text)) : parts.stream().map(HttpUrl::parse).toList());
  }

  private static boolean beginsUrl(String part) {
    return part.regionMatches(true, 0, "http://", 0, 7)
        || part.regionMatches(true, 0, "https://", 0, 8);
  }

  /** {@return the first URL, whose scheme, path and query are those of all} */
  public HttpUrl first() {
    return urls.get(0);
  }

  /** {@return whether the scheme is {@code https}} */
  public boolean tls() {
    return first().tls();
  }

  /**
   * Writes the URLs so that {@link #parse} reads equal ones: a single one as it is, if possible.
   */
  String format() {
    List<String> texts = urls.stream().map(HttpUrl::toString).toList();
    String alone = texts.get(0);
    return texts.size() == 1 && beginsNoOther(alone) ? alone : Csv.format(texts);
  }

  private static boolean beginsNoOther(String url) {
    return !url.contains(",http://") && !url.contains(",https://");
  }

  /** {@return the URL, or {@code [URL URL]} if there are several} */
  @Override
  public String toString() {
    return urls.size() == 1
        ? first().toString()
        : urls.stream().map(HttpUrl::toString).collect(Collectors.joining(" ", "[", "]"));
  }
}
