package io.canarygateway.metrics;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The files that the page loads, below {@code /assets}. Each has a name that changes with its
 * content, so that browsers keep it for ever. Immutable.
 */
final class PageAssets {

  static final String PATH = "/assets/";

  private static final String FOLDER = "/io/canarygateway/metrics/page/";
  private static final String LIBRARIES = "libraries.properties";
  private static final String KEPT = "public, max-age=31536000, immutable";
  private static final int TAG_BYTES = 6;

  /** The gateway's own files, and what the browser takes them for. */
  private static final Map<String, String> OWN =
      Map.of(
          "page.css", "text/css; charset=utf-8",
          "page.js", "text/javascript; charset=utf-8",
          "plots.js", "text/javascript; charset=utf-8",
          "icon.svg", "image/svg+xml");

  private record Asset(String type, String tag, Buffer plain, Buffer packed) {}

  private final Map<String, Asset> byPath = new HashMap<>();
  private final Map<String, String> paths = new HashMap<>();

  private PageAssets() {}

  /** Reads all files. Blocks. */
  static PageAssets load() throws IOException {
    PageAssets assets = new PageAssets();
    for (Map.Entry<String, String> own : OWN.entrySet()) {
      assets.add(own.getKey(), own.getValue(), bytes(FOLDER + own.getKey()));
    }
    Properties libraries = new Properties();
    try (InputStream in = open(FOLDER + LIBRARIES)) {
      libraries.load(in);
    }
    for (String name : libraries.stringPropertyNames()) {
      byte[] bytes = bytes("/META-INF/resources/webjars/" + libraries.getProperty(name));
      assets.add(name, "text/javascript; charset=utf-8", bytes);
    }
    return assets;
  }

  private void add(String name, String type, byte[] bytes) throws IOException {
    String tag = tag(bytes);
    int dot = name.lastIndexOf('.');
    String path = PATH + name.substring(0, dot) + "-" + tag + name.substring(dot);
    byPath.put(path, new Asset(type, tag, Buffer.buffer(bytes), Buffer.buffer(packed(bytes))));
    paths.put(name, path);
  }

  private static String tag(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, TAG_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  private static byte[] packed(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  private static byte[] bytes(String resource) throws IOException {
    try (InputStream in = open(resource)) {
      return in.readAllBytes();
    }
  }

  private static InputStream open(String resource) {
    return Objects.requireNonNull(PageAssets.class.getResourceAsStream(resource), resource);
  }

  /** The paths by the names of the files, for links. */
  Map<String, String> paths() {
    return paths;
  }

  void serve(RoutingContext context) {
    Asset asset = byPath.get(String.valueOf(context.request().path()));
    if (asset == null) {
      context.fail(404);
      return;
    }
    boolean pack = acceptsGzip(context.request().getHeader(HttpHeaders.ACCEPT_ENCODING));
    EntityTag tag = new EntityTag(pack ? asset.tag + "-gzip" : asset.tag);
    HttpServerResponse response =
        context
            .response()
            .putHeader(HttpHeaders.ETAG, tag.text())
            .putHeader(HttpHeaders.CACHE_CONTROL, KEPT)
            .putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    PageHeaders.add(response);
    if (tag.isIn(context.request().getHeader(HttpHeaders.IF_NONE_MATCH))) {
      response.setStatusCode(304).end();
      return;
    }
    response.putHeader(HttpHeaders.CONTENT_TYPE, asset.type);
    if (pack) {
      response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
    }
    PageHeaders.end(context, pack ? asset.packed : asset.plain);
  }

  private static boolean acceptsGzip(@Nullable String accepted) {
    if (accepted == null) {
      return false;
    }
    for (String each : accepted.split(",")) {
      String coding = each.strip().toLowerCase(Locale.ROOT);
      if (coding.equals("gzip")
          || coding.startsWith("gzip;") && !coding.matches("gzip;\\s*q=0(\\.0*)?")) {
        return true;
      }
    }
    return false;
  }
}
