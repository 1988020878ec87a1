package io.canarygateway.message;

/**
 * The health of one part of the gateway.
 *
 * @param component the part's name, such as {@code proxy}
 * @param status how well the part does its work
 * @param detail one line for operators, or an empty text
 */
public record ComponentHealth(String component, Status status, String detail) {

  /** How well a component does its work. */
  public enum Status {
    /** The component does all of its work. */
    UP,
    /** The gateway serves, but some values may not be the newest: a source cannot be reached. */
    DEGRADED,
    /** The component does not work; a load balancer should send nothing here. */
    DOWN
  }

  /**
   * Creates the health of a component that is up or down.
   *
   * @param component the part's name
   * @param up whether the component does its work
   * @param detail one line for operators, or an empty text
   * @return {@link Status#UP} or {@link Status#DOWN}
   */
  public static ComponentHealth of(String component, boolean up, String detail) {
    return new ComponentHealth(component, up ? Status.UP : Status.DOWN, detail);
  }
}
