package io.canarygateway.flagwatcher;

import io.canarygateway.config.ConfigException;
import io.canarygateway.config.Extensions;
import io.canarygateway.message.Addresses;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.jspecify.annotations.Nullable;

/**
 * Owns the sources of the settings: the configuration document, a directory of flags, etcd,
 * extensions, DynamoDB, other nodes and JMX. Each source is a layer that covers the layers before
 * it. The verticle answers {@link Addresses#SNAPSHOT_GET} with the current {@link
 * io.canarygateway.snapshot.ConfigSnapshot} and publishes each new one at {@link
 * Addresses#SNAPSHOT}. The last values of a source that cannot be reached stay in force, and the
 * gateway's health is degraded. One instance for each process.
 */
public final class FlagWatcherVerticle extends VerticleBase {

  private final FlagWatcherConfig config;
  private final MeterRegistry registry;
  private @Nullable FlagWatcher watcher;

  /**
   * Creates a watcher of all sources that the configuration names.
   *
   * @param registry where the watcher's meters are registered
   */
  public FlagWatcherVerticle(FlagWatcherConfig config, MeterRegistry registry) {
    this.config = config;
    this.registry = registry;
  }

  /**
   * Completes once the first snapshot can be asked for and every source is followed. Fails with a
   * {@link ConfigException} if the values of all sources together are not valid settings.
   */
  @Override
  public Future<?> start() {
    // On a worker: declarations may name files, and extensions are searched on the class path.
    return vertx
        .executeBlocking(() -> Declarations.of(config.conf()))
        .compose(
            declared -> {
              FlagWatcher created = new FlagWatcher(vertx, context, config, declared, registry);
              watcher = created;
              return created.start();
            })
        .onSuccess(started -> findInterceptors());
  }

  /** Changes of settings are checked on the event loop, which must not search the class path. */
  private void findInterceptors() {
    vertx.executeBlocking(
        () -> {
          Extensions.findInterceptors();
          return null;
        });
  }

  @Override
  public Future<?> stop() {
    return watcher == null ? Future.succeededFuture() : watcher.close();
  }
}
