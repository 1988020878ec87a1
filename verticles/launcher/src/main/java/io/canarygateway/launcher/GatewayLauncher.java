package io.canarygateway.launcher;

import ch.qos.logback.classic.LoggerContext;
import io.canarygateway.config.ClusterConfig;
import io.canarygateway.config.ConfigException;
import io.canarygateway.config.ConfigReader;
import io.canarygateway.config.Extensions;
import io.canarygateway.config.FlagValues;
import io.canarygateway.config.GatewayConfig;
import io.canarygateway.daemon.UnixSocketDaemonVerticle;
import io.canarygateway.flagwatcher.FlagWatcherConfig;
import io.canarygateway.message.ListenException;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.launcher.application.HookContext;
import io.vertx.launcher.application.VertxApplication;
import io.vertx.launcher.application.VertxApplicationHooks;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * {@code java -jar gateway-fat.jar -conf FILE.json}: the Vert.x launcher with the gateway's
 * configuration, exit codes and drain. Its other options work too.
 */
public final class GatewayLauncher extends VertxApplication implements VertxApplicationHooks {

  /** What taking the verticles down may take beyond the drain timeout. */
  private static final Duration SHUTDOWN_SLACK = Duration.ofSeconds(8);

  /** Whether there is nothing yet to drain, so that being asked to stop is no failure. */
  private static volatile boolean starting = true;

  private final FlagWatcherConfig settings;
  private final Node node;
  private final GatewayTransport sockets;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final String version = readVersion();
  private volatile GatewayVerticle gateway;
  private volatile boolean stopping;
  private volatile int exitCode = ExitCode.OK;

  private GatewayLauncher(
      String[] args, FlagWatcherConfig settings, Node node, GatewayTransport sockets) {
    super(args);
    this.settings = settings;
    this.node = node;
    this.sockets = sockets;
  }

  /**
   * Starts a gateway.
   *
   * @param args the Vert.x launcher's options
   */
  public static void main(String[] args) {
    Runtime.getRuntime().addShutdownHook(new Thread(GatewayLauncher::endIfNotStarted));
    // The etcd client writes to the JDK's own log, which would go to stderr.
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    try {
      ConfigSource source = ConfigSource.of(args);
      FlagValues values = ConfigReader.read(source.text());
      Node node = Node.of(ClusterConfig.of(values), source.clustered());
      ConfigException.checkAll(
          () -> checkAlone(values), () -> Extensions.check(values), () -> node.check(values));
      FlagWatcherConfig settings =
          new FlagWatcherConfig(
              values, source.file(), node.id(), FlagWatcherConfig.DEFAULT_POLL_PERIOD);
      Transports.Choice choice =
          Transports.ofThisMachine().choose(GatewayConfig.transportOf(values));
      log(choice);
      new GatewayLauncher(
              node.arguments(args, source.clustered()), settings, node, choice.transport())
          .launch();
    } catch (ConfigException e) {
      e.problems().forEach(System.err::println);
      starting = false;
      System.exit(ExitCode.CONFIG);
    }
  }

  private static void log(Transports.Choice choice) {
    LoggingEventBuilder line =
        LoggerFactory.getLogger(GatewayLauncher.class)
            .atInfo()
            .addKeyValue("transport", choice.transport().name());
    if (!choice.skipped().isEmpty()) {
      line = line.addKeyValue("skipped", String.join("; ", choice.skipped()));
    }
    line.log("transport");
  }

  /** Without other sources nothing else can make these values whole. */
  private static void checkAlone(FlagValues values) throws ConfigException {
    if (GatewayConfig.hasSources(values)) {
      GatewayConfig.checkDocument(values);
    } else {
      GatewayConfig.of(values);
    }
  }

  private static void endIfNotStarted() {
    if (starting) {
      Runtime.getRuntime().halt(ExitCode.OK);
    }
  }

  @Override
  public VertxBuilder createVertxBuilder(VertxOptions options) {
    VertxBuilder builder = VertxSetup.builder(options, sockets, registry);
    if (node.clustered()) {
      Clusters.configure(options.getEventBusOptions(), node.cluster());
      builder.withClusterManager(Clusters.manager(node.cluster()));
    }
    return builder;
  }

  @Override
  public void afterVertxStarted(HookContext context) {
    starting = false;
    if (node.clustered()) {
      Clusters.secret(node.cluster())
          .ifPresent(secret -> secret.install(context.vertx().eventBus()));
    }
    gateway =
        new GatewayVerticle(
            settings,
            registry,
            sockets,
            context.vertxOptions().getEventLoopPoolSize(),
            node,
            version);
  }

  @Override
  public Supplier<? extends Deployable> verticleSupplier() {
    return () -> gateway;
  }

  @Override
  public void afterFailureToStartVertx(HookContext context, Throwable failure) {
    starting = false;
    System.err.println(
        node.clustered()
            ? Clusters.startProblem(node.cluster(), failure)
            : "the gateway could not start: " + failure);
    exitCode = ExitCode.FAILURE;
    System.exit(exitCode);
  }

  @Override
  public void afterFailureToDeployVerticle(HookContext context, Throwable failure) {
    while (stopping) {
      LockSupport.park(); // Asked to stop in the middle of the start: the process is ending.
    }
    if (failure instanceof ConfigException e) {
      e.problems().forEach(System.err::println);
      exitCode = ExitCode.CONFIG;
    } else {
      System.err.println(
          failure instanceof ListenException
              ? failure.getMessage()
              : "the gateway could not start: " + failure);
      exitCode = ExitCode.FAILURE;
    }
    System.exit(exitCode);
  }

  /** Drains before anything else is taken down; runs on the thread of the shutdown hook. */
  @Override
  public void beforeStoppingVertx(HookContext context) {
    stopping = true;
    if (!gateway.serving()) {
      // Nothing to drain yet. Vert.x holds its lock while this runs, which the start needs to
      // go on, so waiting for anything would be waiting for ever.
      end();
    }
    Duration limit = gateway.drainTimeout().plus(SHUTDOWN_SLACK);
    try {
      gateway
          .drain()
          .toCompletionStage()
          .toCompletableFuture()
          .get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LoggerFactory.getLogger(GatewayLauncher.class).warn("drain did not complete", e);
    }
    endSoon();
  }

  /** Whatever does not let itself be closed must not keep the process from ending. */
  private void endSoon() {
    Thread watchdog =
        new Thread(
            () -> {
              LockSupport.parkNanos(SHUTDOWN_SLACK.toNanos());
              end();
            },
            "shutdown-watchdog");
    watchdog.setDaemon(true);
    watchdog.start();
  }

  @Override
  public void afterVertxStopped(HookContext context) {
    end();
  }

  @Override
  public void afterFailureToStopVertx(HookContext context, Throwable failure) {
    exitCode = ExitCode.FAILURE;
    end();
  }

  /** Ends with our exit code: a JVM stopped by a signal would say 128 and the signal's number. */
  private void end() {
    UnixSocketDaemonVerticle.removeSockets();
    ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
    Runtime.getRuntime().halt(exitCode);
  }

  private static String readVersion() {
    Properties properties = new Properties();
    try (InputStream in =
        GatewayLauncher.class.getResourceAsStream("/gateway-version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new IllegalStateException("the version is part of the jar", e);
    }
    return properties.getProperty("version");
  }
}
