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
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all nodes of a cluster know: messages on the event bus that do not show it are dropped
 * before anybody reads them. It keeps strangers out, it does not encrypt; that is the business of
 * TLS. A verticle of a user's own in a JVM of its own installs it too. Immutable; on any thread.
 */
public final class BusSecret {

  private static final Logger LOG = LoggerFactory.getLogger(BusSecret.class);
  private static final String HEADER = "gateway-secret";
  private static final String HMAC = "HmacSHA256";
  private static final int TOKEN_LENGTH = 32;

  private final String secret;

  private BusSecret(String secret) {
    this.secret = secret;
  }

  /**
   * A secret.
   *
   * @param text what is in {@code cluster.secret-file}, without white space around it
   */
  public static BusSecret of(String text) {
    return new BusSecret(text);
  }

  /** What joining takes: something derived, since it is part of the cluster's name. */
  public String token() {
    return derived("join");
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

  /** Adds it to what is sent from here, and asks for it of what comes in. */
  public void install(EventBus bus) {
    String sent = derived("bus");
    byte[] expected = sent.getBytes(StandardCharsets.UTF_8);
    AtomicBoolean told = new AtomicBoolean();
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
          } else if (told.compareAndSet(false, true)) {
            LOG.atWarn()
                .addKeyValue("address", context.message().address())
                .log("messages without the cluster's secret are dropped");
          }
        };
    bus.addInboundInterceptor(check);
  }
}
