package io.canarygateway.message;

import io.vertx.core.eventbus.DeliveryOptions;

/** The event-bus addresses of the gateway. */
public final class Addresses {

  /** Each new {@link ConfigSnapshot} is published here. */
  public static final String SNAPSHOT = "gateway.snapshot";

  /**
   * Answers any message with the current {@link ConfigSnapshot}. Subscribe to {@link #SNAPSHOT}
   * first, then ask here, and keep the newest revision.
   */
  public static final String SNAPSHOT_GET = "gateway.snapshot.get";

  /** Takes a {@link SidecarRequest}, answers with a {@link SidecarReply}. */
  public static final String SIDECAR_ASK = "gateway.sidecar.ask";

  /** Each change of a component's {@link ComponentHealth} is published here. */
  public static final String HEALTH = "gateway.health";

  /** Asks the flag watcher to publish the health of its sources again. */
  public static final String HEALTH_ASK = "gateway.health.ask";

  /** Answers any message with the current {@link FlagReport}. */
  public static final String FLAGS_GET = "gateway.flags.get";

  /** What happens in this process is published here as a {@link MeterBatch}. */
  public static final String METERS = "gateway.meters";

  /** How to publish what concerns this process alone. */
  public static final DeliveryOptions WITHIN_PROCESS = new DeliveryOptions().setLocalOnly(true);

  private Addresses() {}
}
