package io.canarygateway.cluster;

import io.canarygateway.cluster.JoinException.Fault;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.transport.Transport;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.function.Consumer;
import org.jgroups.util.DefaultSocketFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node's way into a cluster of gateways. A gateway and a user's own program join the same way.
 *
 * <p>{@link #join(ClusterOptions, VertxOptions)} does everything. A program that builds Vert.x
 * itself calls {@link #of}, {@link #configure}, {@link #transport}, {@link #manager}, and after the
 * start {@link #install}. One object is for one Vert.x; any thread may use it.
 */
public final class GatewayCluster {

  private static final Logger LOG = LoggerFactory.getLogger(GatewayCluster.class);

  private final ClusterOptions options;
  private final Security security;
  private volatile Consumer<Optional<String>> health = none -> {};
  private volatile Optional<String> problem = Optional.empty();
  private volatile @Nullable BusTransport transport;
  private volatile @Nullable CertificateWatch watch;

  /** Whether connections are encrypted, and by what. */
  private sealed interface Security {

    /** Nothing is encrypted. */
    record Open() implements Security {}

    /** Everything is encrypted. */
    record Encrypted(NodeTls tls, Refusals refusals, Optional<PemCredentials> files)
        implements Security {}
  }

  private GatewayCluster(ClusterOptions options, Security security) {
    this.options = options;
    this.security = security;
  }

  /**
   * Prepares to join: checks the options, reads the certificates, or begins to derive the key of
   * the secret. Blocks for some 10 ms.
   *
   * @param options where the node listens, and how it proves itself
   * @return the node's way into the cluster
   * @throws JoinException if the certificates cannot be used, or if nodes prove nothing and the
   *     host is no loopback address
   */
  public static GatewayCluster of(ClusterOptions options) throws JoinException {
    return new GatewayCluster(options, security(options));
  }

  private static Security security(ClusterOptions options) throws JoinException {
    if (options.identity() instanceof Identity.Certificates certificates) {
      PemCredentials files = read(certificates);
      return new Security.Encrypted(new NodeTls(parse(files)), new Refusals(), Optional.of(files));
    }
    if (options.identity() instanceof Identity.Secret known) {
      return new Security.Encrypted(
          new NodeTls(SecretCredentials.start(known.secret(), options.name())),
          new Refusals(),
          Optional.empty());
    }
    if (!options.isLoopback()) {
      throw new JoinException(
          Fault.OPEN_HOST, options.host() + " is no loopback address, and nodes prove nothing");
    }
    return new Security.Open();
  }

  /**
   * Checks certificates, as {@link #of} does: that the files are PEM, and that the key belongs to
   * the certificate. Blocks.
   *
   * @param certificates the files
   * @throws JoinException if they cannot be used
   */
  public static void check(Identity.Certificates certificates) throws JoinException {
    parse(read(certificates));
  }

  private static PemCredentials read(Identity.Certificates certificates) throws JoinException {
    try {
      return PemCredentials.read(certificates);
    } catch (IOException e) {
      throw new JoinException(Fault.CERTIFICATES, "cannot read " + e.getMessage(), e);
    }
  }

  private static Credentials parse(PemCredentials files) throws JoinException {
    try {
      return files.parse();
    } catch (GeneralSecurityException e) {
      throw new JoinException(Fault.CERTIFICATES, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Joins with a new Vert.x.
   *
   * @param options where the node listens, and how it proves itself
   * @param vertxOptions changed by this method
   * @return the Vert.x once it has joined, which {@code close()} makes leave again; fails with a
   *     {@link JoinException} if the options are at fault
   */
  public static Future<Vertx> join(ClusterOptions options, VertxOptions vertxOptions) {
    GatewayCluster cluster;
    try {
      cluster = of(options);
    } catch (JoinException e) {
      return Future.failedFuture(e);
    }
    cluster.configure(vertxOptions.getEventBusOptions());
    Transport offered = Transport.nativeTransport();
    Transport base = offered != null && offered.available() ? offered : Transport.NIO;
    return Vertx.builder()
        .with(vertxOptions)
        .withTransport(cluster.transport(base))
        .withClusterManager(cluster.manager())
        .buildClustered()
        .onSuccess(vertx -> cluster.install(vertx.eventBus()));
  }

  /**
   * Sets where the event bus listens.
   *
   * @param bus the options of the event bus; its TLS options stay unused
   */
  public void configure(EventBusOptions bus) {
    bus.setHost(options.host()).setPort(options.busPort());
    bus.setClusterPublicHost(options.publicHost());
    if (security instanceof Security.Encrypted) {
      BusTransport.mark(bus);
    }
  }

  /**
   * Makes the transport that Vert.x has to use, so that the event bus is encrypted. Vert.x does not
   * start with another one.
   *
   * @param base the transport to use beneath
   * @return the transport for {@code VertxBuilder.withTransport}; {@code base} itself if nothing is
   *     encrypted
   */
  public Transport transport(Transport base) {
    if (security instanceof Security.Encrypted encrypted) {
      BusTransport made = new BusTransport(base, new BusTls(encrypted.tls(), encrypted.refusals()));
      transport = made;
      return made;
    }
    return base;
  }

  /**
   * Makes the cluster manager, which joins when Vert.x starts.
   *
   * @return the manager for {@code VertxBuilder.withClusterManager}; its failure is a {@link
   *     JoinException} if the options are at fault
   */
  public ClusterManager manager() {
    return new NodeManager(this::joinNow, this::busIsGuarded);
  }

  private boolean busIsGuarded() {
    BusTransport made = transport;
    return security instanceof Security.Open || made != null && made.guarding();
  }

  private Membership joinNow() throws JoinException {
    if (!(security instanceof Security.Encrypted encrypted)) {
      LOG.warn(
          "nodes of this cluster do not encrypt what they say to each other, and every process of"
              + " this machine can join; cluster.secret-file or cluster.tls changes that");
      return Membership.join(options, new DefaultSocketFactory(), () -> {});
    }
    Handshakes handshakes = new Handshakes(encrypted.tls(), encrypted.refusals());
    Membership joined;
    try {
      joined =
          Membership.join(
              options,
              new TlsSockets(handshakes),
              () -> {
                handshakes.close();
                stopWatching();
              });
    } catch (JoinException e) {
      handshakes.close();
      throw e;
    }
    encrypted.tls().prepare();
    if (options.identity() instanceof Identity.Certificates files) {
      watch =
          new CertificateWatch(
              files, encrypted.files().orElseThrow(), encrypted.tls(), this::report);
    }
    return joined;
  }

  private void stopWatching() {
    CertificateWatch watching = watch;
    if (watching != null) {
      watching.close();
    }
  }

  private void report(Optional<String> found) {
    problem = found;
    health.accept(found);
  }

  /**
   * Adds the secret's token to the messages of the event bus, if the node has a secret, and drops
   * messages without it.
   *
   * @param bus the event bus of the Vert.x that has joined; call this before the first verticle
   */
  public void install(EventBus bus) {
    options.identity().busSecret().ifPresent(secret -> secret.install(bus));
  }

  /**
   * Tells what is wrong with the certificates' files: once now, then at each change.
   *
   * @param consumer takes the problem in one line, or nothing; called on a thread of the cluster's,
   *     so it must not block for long; replaces the consumer before it
   */
  public void onHealth(Consumer<Optional<String>> consumer) {
    health = consumer;
    consumer.accept(problem);
  }
}
