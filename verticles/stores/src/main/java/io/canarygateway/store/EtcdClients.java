package io.canarygateway.store;

import io.canarygateway.config.EtcdConfig;
import io.canarygateway.config.HttpUrl;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.vertx.core.Vertx;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Sets up clients of etcd as the gateway's settings say. Each client is of one member. */
public final class EtcdClients {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration KEEPALIVE = Duration.ofSeconds(10);
  private static final int MAX_MESSAGE_BYTES = 64 << 20;

  private EtcdClients() {}

  /**
   * Sets up a client; nothing is sent yet. Blocks to resolve the member's name and to read files.
   *
   * @param vertx whose event loops are used; closing the client leaves it open
   * @param config the settings of etcd
   * @param member the index of the member among the configured endpoints
   * @return a builder with all settings
   * @throws IOException if the name cannot be resolved, or the password cannot be read
   * @throws IllegalArgumentException if a certificate or a key cannot be read
   */
  public static ClientBuilder builder(Vertx vertx, EtcdConfig config, int member)
      throws IOException {
    HttpUrl url = config.endpoints().get(member);
    // By address, since the client would resolve the name on an event loop.
    String address = InetAddress.getByName(url.host()).getHostAddress();
    ClientBuilder builder =
        Client.builder()
            .endpoints(
                URI.create(
                    (url.tls() ? "https://" : "http://")
                        + (address.indexOf(':') < 0 ? address : "[" + address + "]")
                        + ":"
                        + url.port()))
            .vertx(SharedVertx.of(vertx))
            .waitForReady(false)
            .connectTimeout(CONNECT_TIMEOUT)
            .keepaliveTime(KEEPALIVE)
            .keepaliveTimeout(CONNECT_TIMEOUT)
            .maxInboundMessageSize(MAX_MESSAGE_BYTES);
    if (!config.user().isEmpty()) {
      String password = Files.readString(Path.of(config.passwordFile())).stripTrailing();
      builder.user(bytes(config.user())).password(bytes(password));
    }
    if (config.tls()) {
      builder.authority(config.serverName().isEmpty() ? url.authority() : config.serverName());
      builder.sslContext(
          ssl -> {
            if (!config.caFile().isEmpty()) {
              ssl.trustManager(new File(config.caFile()));
            }
            if (!config.certFile().isEmpty()) {
              ssl.keyManager(new File(config.certFile()), new File(config.keyFile()));
            }
          });
    }
    return builder;
  }

  /**
   * Encodes a text in UTF-8.
   *
   * @param text a text
   * @return its bytes
   */
  public static ByteSequence bytes(String text) {
    return ByteSequence.from(text, StandardCharsets.UTF_8);
  }

  /**
   * Finds the reason of a failure.
   *
   * @param cause the failure of a call
   * @return the reason in one line for operators
   */
  public static String reason(Throwable cause) {
    Throwable root = Causes.root(cause);
    String message = root.getMessage();
    String kind = root.getClass().getSimpleName();
    boolean bare = root instanceof IOException; // Its message is often just a file or a host.
    return message == null
        ? kind
        : (bare ? kind + ": " : "") + message.lines().findFirst().orElse("");
  }
}
