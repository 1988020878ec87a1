package io.canarygateway.config;

import io.canarygateway.config.GatewayConfig.Conflict;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Values that were checked together once, and the settings that they make if nothing conflicts.
 * Immutable.
 */
public final class CheckedValues {

  private final FlagValues values;
  private final RouteTexts routes;
  private final @Nullable RouteTable before;
  private final List<Conflict> conflicts;

  private CheckedValues(FlagValues values, RouteTexts routes, @Nullable RouteTable before) {
    this.values = values;
    this.routes = routes;
    this.before = before;
    List<Conflict> found = new ArrayList<>(RouteConflicts.of(routes, before));
    found.addAll(GatewayConfig.conflictsBesidesRoutes(values));
    this.conflicts = List.copyOf(found);
  }

  /**
   * Checks values together.
   *
   * @param values the values, each valid by itself
   * @param before the settings before a change, whose unchanged routes are not checked again; null
   *     to check all
   * @return the values and their conflicts
   */
  public static CheckedValues of(FlagValues values, @Nullable GatewayConfig before) {
    return new CheckedValues(
        values, RouteTexts.of(values), before == null ? null : before.routes());
  }

  /** {@return the values} */
  public FlagValues values() {
    return values;
  }

  /** {@return the conflicts, missing keys included} */
  public List<Conflict> conflicts() {
    return conflicts;
  }

  /**
   * Creates the typed settings. Routes that have not changed keep their objects.
   *
   * @return the settings
   * @throws ConfigException with every missing key and every conflict
   */
  public GatewayConfig config() throws ConfigException {
    if (!conflicts.isEmpty()) {
      throw new ConfigException(conflicts.stream().map(Conflict::problem).toList());
    }
    return GatewayConfig.ofChecked(values, RouteTable.of(routes, before));
  }
}
