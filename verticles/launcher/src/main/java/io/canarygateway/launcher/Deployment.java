package io.canarygateway.launcher;

import io.vertx.core.Deployable;
import io.vertx.core.ThreadingModel;
import java.util.function.Supplier;

/**
 * One verticle of the gateway, as a step of the start.
 *
 * @param name the verticle's name in logs
 * @param wanted whether this process runs it
 * @param instances how many instances share its work, at least 1
 * @param verticle makes one instance
 * @param facesClients whether clients connect to it; such verticles are undeployed first
 * @param threading the threads that it runs on
 */
record Deployment(
    String name,
    boolean wanted,
    int instances,
    Supplier<? extends Deployable> verticle,
    boolean facesClients,
    ThreadingModel threading) {

  /** A verticle on event loops. */
  Deployment(
      String name,
      boolean wanted,
      int instances,
      Supplier<? extends Deployable> verticle,
      boolean facesClients) {
    this(name, wanted, instances, verticle, facesClients, ThreadingModel.EVENT_LOOP);
  }

  /** A verticle with one instance that serves other verticles or operators. */
  static Deployment inner(String name, boolean wanted, Supplier<? extends Deployable> verticle) {
    return new Deployment(name, wanted, 1, verticle, false);
  }

  /** As {@link #inner}, for a verticle whose work would delay the requests on an event loop. */
  static Deployment worker(String name, boolean wanted, Supplier<? extends Deployable> verticle) {
    return new Deployment(name, wanted, 1, verticle, false, ThreadingModel.WORKER);
  }
}
