package io.canarygateway.message;

import io.vertx.core.Handler;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.EventBus;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The secret of a cluster. The module {@code cluster} derives the nodes' TLS key from it. Besides,
 * every message on the event bus carries a token of the secret; messages without the token are
 * dropped before a consumer sees them.
 *
 * <p>{@code GatewayCluster} of the module {@code cluster} uses it for every node. Immutable; safe
 * for use by any thread.
 */
public final class BusSecret {

  private static final Logger LOG = LoggerFactory.getLogger(BusSecret.class);
  private static final String HEADER = "gateway-secret";
  private static final String HMAC = "HmacSHA256";
  private static final String PBKDF2 = "PBKDF2WithHmacSHA256";
  private static final int TOKEN_LENGTH = 32;
  private static final int KEY_ITERATIONS = 100_000;
  private static final int KEY_BITS = 256;

  private final String secret;

  private BusSecret(String secret) {
    this.secret = secret;
  }

  /**
   * Creates a secret.
   *
   * @param text the content of {@code cluster.secret-file}, without white space around it
   * @return the secret
   */
  public static BusSecret of(String text) {
    return new BusSecret(text);
  }

  /**
   * {@return the token of the cluster's name, {@code NAME-TOKEN}, by which nodes join; it does not
   * reveal the secret}
   */
  public String token() {
    return derived("join");
  }

  /**
   * Derives a key slowly, so that guessing a weak secret from the key is expensive. Takes about 0.1
   * s of one processor.
   *
   * @param purpose what the key is for; each purpose has a key of its own
   * @return 32 bytes, always the same for the same secret and purpose
   */
  public byte[] key(String purpose) {
    PBEKeySpec spec =
        new PBEKeySpec(
            secret.toCharArray(),
            ("canary-gateway " + purpose).getBytes(StandardCharsets.UTF_8),
            KEY_ITERATIONS,
            KEY_BITS);
    try {
      return SecretKeyFactory.getInstance(PBKDF2).generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has " + PBKDF2, e);
    } finally {
      spec.clearPassword();
    }
  }

  private String derived(String purpose) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), HMAC));
      byte[] hash = mac.doFinal(("canary-gateway " + purpose).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, TOKEN_LENGTH);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has " + HMAC, e);
    }
  }

  /**
   * Adds the token to all outgoing messages and drops incoming messages without it.
   *
   * @param bus the event bus; call this once, before the first verticle
   */
  public void install(EventBus bus) {
    String sent = derived("bus");
    byte[] expected = sent.getBytes(StandardCharsets.UTF_8);
    AtomicBoolean logged = new AtomicBoolean();
    bus.addOutboundInterceptor(
        context -> {
          context.message().headers().set(HEADER, sent);
          context.next();
        });
    Handler<DeliveryContext<Object>> check =
        context -> {
          String shown = context.message().headers().get(HEADER);
          if (shown != null
              && MessageDigest.isEqual(expected, shown.getBytes(StandardCharsets.UTF_8))) {
            context.next();
          } else if (logged.compareAndSet(false, true)) {
            LOG.atWarn()
                .addKeyValue("address", context.message().address())
                .log("messages without the cluster's secret are dropped");
          }
        };
    bus.addInboundInterceptor(check);
  }
}
