package io.canarygateway.flagwatcher;

import io.canarygateway.config.Extensions.Configured;
import io.canarygateway.extension.RolloutSource;
import io.canarygateway.extension.Rollouts;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** The user's own {@link RolloutSource}, which knows the rollouts of the default route only. */
final class UserRollouts implements RolloutFeed {

  private static final String ONLY = "";

  private final RolloutSource source;
  private final String settings;

  UserRollouts(Configured<? extends RolloutSource> source) {
    this.source = source.extension();
    this.settings = source.settings();
  }

  @Override
  public String application() {
    return ONLY;
  }

  @Override
  public boolean knowsRoutes() {
    return false;
  }

  @Override
  public RolloutTraits traits(RolloutTraits before) {
    return RolloutTraits.of(source, before);
  }

  @Override
  public void open(Runnable changed) throws Exception {
    source.open(settings, changed);
  }

  @Override
  public CompletionStage<RolloutReading> read(Set<String> applications) {
    return Objects.requireNonNull(source.read(), "no reading").thenApply(UserRollouts::reading);
  }

  private static RolloutReading reading(Rollouts read) {
    return new RolloutReading(
        Map.of(ONLY, Objects.requireNonNull(read, "no reading")), Optional.empty());
  }

  @Override
  public void close() {
    source.close();
  }
}
