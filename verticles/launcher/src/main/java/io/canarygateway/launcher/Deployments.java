package io.canarygateway.launcher;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deploys verticles one after the other and undeploys them in the opposite order. Deploys on one
 * context; undeploys on any thread, once no deployment is in progress.
 */
final class Deployments {

  private static final Logger LOG = LoggerFactory.getLogger(Deployments.class);

  private final Vertx vertx;
  private final Deque<String> inner = new ArrayDeque<>();
  private final List<String> facingClients = new ArrayList<>();

  Deployments(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Deploys what is wanted, in the order of the list; the first failure ends it. */
  Future<?> deploy(List<Deployment> deployments) {
    Future<?> done = Future.succeededFuture();
    for (Deployment deployment : deployments) {
      if (deployment.wanted()) {
        done = done.compose(before -> deploy(deployment));
      }
    }
    return done;
  }

  private Future<?> deploy(Deployment deployment) {
    LOG.debug("deploying {}", deployment.name());
    return vertx
        .deployVerticle(
            deployment.verticle(),
            new DeploymentOptions()
                .setInstances(deployment.instances())
                .setThreadingModel(deployment.threading()))
        .onSuccess(
            id -> {
              if (deployment.facesClients()) {
                facingClients.add(id);
              } else {
                inner.push(id);
              }
            });
  }

  /**
   * Undeploys all verticles that face clients at once, then the others, the last first. So no
   * verticle loses another that it still needs. A failure does not keep the rest from ending.
   */
  Future<Void> undeploy() {
    return Future.join(facingClients.stream().map(vertx::undeploy).toList())
        .transform(closed -> undeployInner());
  }

  private Future<Void> undeployInner() {
    String id = inner.poll();
    return id == null
        ? Future.succeededFuture()
        : vertx.undeploy(id).transform(done -> undeployInner());
  }
}
