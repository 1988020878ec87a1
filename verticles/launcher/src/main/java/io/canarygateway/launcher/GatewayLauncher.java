package io.canarygateway.launcher;

import ch.qos.logback.classic.LoggerContext;
import io.canarygateway.cluster.GatewayCluster;
import io.canarygateway.config.ConfigException;
import io.canarygateway.config.ConfigSchema;
import io.canarygateway.daemon.UnixSocketDaemonVerticle;
import io.canarygateway.flagwatcher.FlagWatcherConfig;
import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.message.HealthReporter;
import io.canarygateway.message.ListenException;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.launcher.application.HookContext;
import io.vertx.launcher.application.VertxApplication;
import io.vertx.launcher.application.VertxApplicationHooks;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The main class: {@code java -jar gateway-fat.jar -conf FILE.json}. It is the Vert.x launcher with
 * the gateway's command line, exit codes and drain.
 */
public final class GatewayLauncher extends VertxApplication implements VertxApplicationHooks {

  /** How much longer than the drain timeout the end of all verticles may take. */
  private static final Duration SHUTDOWN_SLACK = Duration.ofSeconds(8);

  /** While this is true there is nothing to drain, so a signal ends the process with 0 at once. */
  private static volatile boolean starting = true;

  private final StartPlan plan;
  private final Optional<GatewayCluster> cluster;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final String version = Answers.version();
  private volatile @Nullable GatewayVerticle gateway;
  private volatile boolean stopping;
  private volatile int exitCode = ExitCode.OK;

  private GatewayLauncher(StartPlan plan) throws ConfigException {
    super(plan.vertxArguments());
    this.plan = plan;
    Node node = plan.node();
    cluster = node.clustered() ? Optional.of(Clusters.of(node.cluster())) : Optional.empty();
  }

  /**
   * Starts a gateway, or prints what {@code --check}, {@code --schema} and the like ask for. Ends
   * the process itself if anything is wrong.
   *
   * @param args the command line, see {@code --help}
   */
  public static void main(String[] args) {
    Runtime.getRuntime().addShutdownHook(new Thread(GatewayLauncher::endIfStarting));
    try {
      Arguments arguments = Arguments.of(args);
      switch (arguments.command()) {
        case VERSION -> System.out.println("canary-gateway " + Answers.version());
        case SCHEMA -> System.out.print(ConfigSchema.text());
        case HELP -> System.out.print(Answers.help());
        case CHECK -> System.out.print(Answers.check(StartPlan.of(arguments)));
        case JUDGE ->
            exit(ReceiptJudge.judge(arguments.receipt().orElseThrow(), System.out, System.err));
        case RUN -> run(arguments);
      }
    } catch (UsageException e) {
      System.err.println(e.getMessage());
      exit(ExitCode.USAGE);
    } catch (ConfigException e) {
      e.problems().forEach(System.err::println);
      exit(ExitCode.CONFIG);
    }
  }

  private static void run(Arguments arguments) throws ConfigException {
    // The etcd client writes to java.util.logging, whose lines would go to stderr.
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    new GatewayLauncher(StartPlan.of(arguments)).launch();
  }

  private static void exit(int code) {
    starting = false;
    System.exit(code);
  }

  private static void endIfStarting() {
    if (starting) {
      Runtime.getRuntime().halt(ExitCode.OK);
    }
  }

  @Override
  public VertxBuilder createVertxBuilder(VertxOptions options) {
    VertxBuilder builder = VertxSetup.builder(options, plan.transport().transport(), registry);
    cluster.ifPresent(
        joining -> {
          joining.configure(options.getEventBusOptions());
          builder
              .withTransport(joining.transport(plan.transport().transport()))
              .withClusterManager(joining.manager());
        });
    return builder;
  }

  @Override
  public void afterVertxStarted(HookContext context) {
    starting = false;
    Node node = plan.node();
    cluster.ifPresent(joined -> joined.install(context.vertx().eventBus()));
    gateway =
        new GatewayVerticle(
            new FlagWatcherConfig(
                plan.values(),
                plan.document().file().orElse(null),
                node.id(),
                FlagWatcherConfig.DEFAULT_POLL_PERIOD,
                plan.edit()),
            registry,
            plan.transport().transport(),
            context.vertxOptions().getEventLoopPoolSize(),
            node,
            version);
  }

  @Override
  public Supplier<? extends Deployable> verticleSupplier() {
    return this::gateway;
  }

  /** Vert.x calls everything that needs it after {@link #afterVertxStarted}. */
  private GatewayVerticle gateway() {
    return Objects.requireNonNull(gateway, "Vert.x has not started");
  }

  @Override
  public void afterVerticleDeployed(HookContext context) {
    LoggingEventBuilder line = log().atInfo();
    ConfigSnapshot initial = gateway().initial();
    for (Map.Entry<String, String> topic : plan.summary(version, initial.values()).entrySet()) {
      line = line.addKeyValue(topic.getKey(), topic.getValue());
    }
    line.log(
        plan.arguments().rehearsal()
            ? "serving a rehearsal"
            : initial.config().demo().enabled() ? "serving the demo" : "serving");
    cluster.ifPresent(joined -> reportHealth(joined, context.vertx()));
  }

  /** Shows on the health page whether the cluster's certificates are those of the files. */
  private static void reportHealth(GatewayCluster cluster, Vertx vertx) {
    Context context = vertx.getOrCreateContext();
    context.runOnContext(
        started -> {
          HealthReporter health = new HealthReporter(vertx.eventBus());
          cluster.onHealth(
              problem ->
                  context.runOnContext(
                      changed ->
                          health.report(
                              "cluster",
                              problem.isPresent() ? Status.DEGRADED : Status.UP,
                              problem.orElse(""))));
        });
  }

  /** Vert.x's launcher has no failure to tell if it gave up waiting. */
  private static String causeOf(@Nullable Throwable failure) {
    return failure == null ? "it took more than two minutes" : failure.toString();
  }

  private static Logger log() {
    return LoggerFactory.getLogger(GatewayLauncher.class);
  }

  @Override
  public void afterFailureToStartVertx(HookContext context, Throwable failure) {
    System.err.println(
        plan.node().clustered()
            ? Clusters.startProblem(plan.node().cluster(), failure)
            : "the gateway could not start: " + causeOf(failure));
    exitCode = ExitCode.FAILURE;
    exit(exitCode);
  }

  @Override
  public void afterFailureToDeployVerticle(HookContext context, Throwable failure) {
    while (stopping) {
      LockSupport.park(); // A signal came during the start: another thread ends the process.
    }
    if (failure instanceof ConfigException e) {
      e.problems().forEach(System.err::println);
      exitCode = ExitCode.CONFIG;
    } else {
      System.err.println(
          failure instanceof ListenException
              ? failure.getMessage()
              : "the gateway could not start: " + causeOf(failure));
      exitCode = ExitCode.FAILURE;
    }
    System.exit(exitCode);
  }

  /** Drains before Vert.x closes anything. Runs on the thread of the shutdown hook, blocking it. */
  @Override
  public void beforeStoppingVertx(HookContext context) {
    stopping = true;
    if (!gateway().serving()) {
      // Vert.x holds its lock while this hook runs, and the start needs that lock to go on. So
      // waiting for the start would never end.
      end();
    }
    Duration limit = gateway().drainTimeout().plus(SHUTDOWN_SLACK);
    try {
      gateway()
          .drain()
          .toCompletionStage()
          .toCompletableFuture()
          .get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log().warn("drain did not complete", e);
    }
    endSoon();
  }

  /** Ends the process also if Vert.x cannot close itself. */
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

  /** Halts with the gateway's exit code: after a signal the JVM's own is 128 plus its number. */
  private void end() {
    UnixSocketDaemonVerticle.removeSockets();
    ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
    Runtime.getRuntime().halt(exitCode);
  }
}
