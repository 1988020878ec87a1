package io.canarygateway.message;

/**
 * The health of one part of the gateway.
 *
 * @param component its name, {@code proxy} for example
 * @param status how well it does its work
 * @param detail one line for operators, or an empty string
 */
public record ComponentHealth(String component, Status status, String detail) {

  /** How well a component does its work. */
  public enum Status {
    /** As it should. */
    UP,
    /** The gateway serves, but not with the newest values: a source cannot be reached. */
    DEGRADED,
    /** Not at all: nothing should be sent here. */
    DOWN
  }

  /** The health of a component that does its work or does not. */
  public static ComponentHealth of(String component, boolean up, String detail) {
    return new ComponentHealth(component, up ? Status.UP : Status.DOWN, detail);
  }
}
