package io.canarygateway.flagwatcher;

import io.canarygateway.config.ConfigException;
import io.canarygateway.config.ConfigReader;
import io.canarygateway.config.FlagValues;
import io.canarygateway.config.Settings;
import io.canarygateway.flags.Flag;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.ConfigSnapshot;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the current {@link ConfigSnapshot}, answers {@link Addresses#SNAPSHOT_GET} with it, and
 * publishes each new one at {@link Addresses#SNAPSHOT}. An edit of the {@code -conf} file that is
 * valid as a whole becomes a new snapshot; one that is not is refused whole, and the old values
 * stay.
 */
public final class FlagWatcherVerticle extends VerticleBase {

  private static final Logger LOG = LoggerFactory.getLogger(FlagWatcherVerticle.class);
  private static final String TEXT = "text";

  private final FlagWatcherConfig config;
  private final Counter applied;
  private final Counter rejected;
  private volatile ConfigSnapshot current;
  private volatile long changedAtNanos = System.nanoTime();
  private String seenText;

  /**
   * A watcher of one document.
   *
   * @param registry where it records: {@code gateway_config_revision}, {@code
   *     gateway_config_age_seconds} and {@code gateway_config_reloads_total}
   */
  public FlagWatcherVerticle(FlagWatcherConfig config, MeterRegistry registry) {
    this.config = config;
    this.current = config.initial();
    this.applied = reloads(registry, "applied");
    this.rejected = reloads(registry, "rejected");
    Gauge.builder("gateway_config_revision", this, watcher -> watcher.current.revision())
        .description("Revision of the settings in force")
        .register(registry);
    TimeGauge.builder(
            "gateway_config_age",
            this,
            TimeUnit.NANOSECONDS,
            watcher -> System.nanoTime() - watcher.changedAtNanos)
        .description("Time since the settings changed")
        .register(registry);
  }

  private static Counter reloads(MeterRegistry registry, String result) {
    return Counter.builder("gateway_config_reloads")
        .description("Edits of the configuration")
        .tag("result", result)
        .register(registry);
  }

  @Override
  public Future<?> start() {
    return vertx
        .eventBus()
        .consumer(Addresses.SNAPSHOT_GET, message -> message.reply(current))
        .completion()
        .compose(registered -> config.document() == null ? Future.succeededFuture() : watch());
  }

  private Future<?> watch() {
    ConfigRetriever retriever =
        ConfigRetriever.create(
            vertx,
            new ConfigRetrieverOptions()
                .setIncludeDefaultStores(false)
                .setScanPeriod(config.scanPeriod().toMillis())
                .addStore(
                    new ConfigStoreOptions()
                        .setType("file")
                        .setOptional(true)
                        .setFormat("raw")
                        .setConfig(
                            new JsonObject()
                                .put("path", config.document().toAbsolutePath().toString())
                                .put("raw.type", "string")
                                .put("raw.key", TEXT))));
    retriever.listen(change -> read(change.getNewConfiguration().getString(TEXT)));
    return retriever.getConfig().onSuccess(first -> read(first.getString(TEXT)));
  }

  private void read(String text) {
    if (Objects.equals(text, seenText)) {
      return;
    }
    seenText = text;
    if (text == null) {
      reject("the file cannot be read");
      return;
    }
    try {
      apply(ConfigReader.read(text));
    } catch (ConfigException e) {
      reject(e.getMessage());
    }
  }

  private void apply(FlagValues edited) throws ConfigException {
    FlagValues values = edited.withStaticsOf(current.values());
    if (!values.equals(current.values())) {
      ConfigSnapshot next = ConfigSnapshot.of(current.revision() + 1, values);
      logChanges(current.values(), next);
      current = next;
      changedAtNanos = System.nanoTime();
      applied.increment();
      vertx.eventBus().publish(Addresses.SNAPSHOT, next);
    }
    for (Flag<?> flag : Settings.byName().values()) {
      if (!flag.dynamic() && differs(flag, edited, current.values())) {
        LOG.atWarn()
            .addKeyValue("flag", flag.name())
            .addKeyValue("file", config.document())
            .log("a changed static setting needs a restart");
      }
    }
  }

  private void reject(String reason) {
    rejected.increment();
    LOG.atError()
        .addKeyValue("file", config.document())
        .addKeyValue("revision", current.revision())
        .addKeyValue("reason", reason)
        .log("configuration refused, the old values stay");
  }

  private void logChanges(FlagValues old, ConfigSnapshot next) {
    for (Flag<?> flag : Settings.byName().values()) {
      if (differs(flag, old, next.values())) {
        LOG.atInfo()
            .addKeyValue("flag", flag.name())
            .addKeyValue("old", shown(flag, old))
            .addKeyValue("new", shown(flag, next.values()))
            .addKeyValue("revision", next.revision())
            .log("setting changed");
      }
    }
  }

  private static boolean differs(Flag<?> flag, FlagValues one, FlagValues other) {
    return !Objects.equals(one.get(flag), other.get(flag));
  }

  private static <T> String shown(Flag<T> flag, FlagValues values) {
    T value = values.get(flag);
    return value == null ? "" : flag.type().format(value);
  }
}
