package io.canarygateway.flagwatcher;

import io.canarygateway.config.ConfigException;
import io.canarygateway.config.ConfigReader;
import io.canarygateway.flags.Problem;
import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The file of the configuration document. On one context. */
final class ConfFile {

  private static final String BYTES = "bytes";
  private static final int MAX_BYTES = 1 << 20;

  /**
   * The file at one moment.
   *
   * @param bytes its content; empty if it cannot be read
   * @param fingerprint differs if the content differs, or a file that the content names
   */
  record Content(Optional<byte[]> bytes, String fingerprint) {}

  private final Vertx vertx;
  private final Path path;
  private final ConfigRetriever retriever;

  ConfFile(Vertx vertx, Path path) {
    this.vertx = vertx;
    this.path = path;
    this.retriever =
        ConfigRetriever.create(
            vertx,
            new ConfigRetrieverOptions()
                .setIncludeDefaultStores(false)
                .setScanPeriod(-1)
                .addStore(
                    new ConfigStoreOptions()
                        .setType("file")
                        .setOptional(true)
                        .setFormat("raw")
                        .setConfig(
                            new JsonObject()
                                .put("path", path.toAbsolutePath().toString())
                                .put("raw.type", "binary")
                                .put("raw.key", BYTES))));
  }

  Path path() {
    return path;
  }

  /**
   * Reads the file.
   *
   * @param companions the files that the document names, whose changes matter too
   */
  Future<Content> read(List<Path> companions) {
    return retriever
        .getConfig()
        .compose(
            config -> {
              byte[] bytes = config.getBinary(BYTES);
              return vertx.executeBlocking(
                  () -> new Content(Optional.ofNullable(bytes), fingerprint(bytes, companions)));
            });
  }

  private static String fingerprint(byte @Nullable [] bytes, List<Path> companions) {
    StringBuilder fingerprint =
        new StringBuilder(bytes == null ? "nothing" : new String(bytes, StandardCharsets.UTF_8));
    for (Path file : companions) {
      try {
        fingerprint
            .append('\n')
            .append(file.toRealPath())
            .append(Files.getLastModifiedTime(file).toMillis())
            .append('/')
            .append(Files.size(file));
      } catch (IOException e) {
        fingerprint.append("\nnone");
      }
    }
    return fingerprint.toString();
  }

  /**
   * The content as text.
   *
   * @throws ConfigException if it is too long, or not in UTF-8
   */
  static String text(byte[] bytes) throws ConfigException {
    if (bytes.length > MAX_BYTES) {
      throw refused(bytes.length + " bytes", "at most " + MAX_BYTES + " bytes");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw refused("other bytes", "a document in UTF-8");
    }
  }

  private static ConfigException refused(String found, String expected) {
    return new ConfigException(List.of(new Problem(ConfigReader.DOCUMENT, found, expected)));
  }

  void close() {
    retriever.close();
  }
}
