package io.canarygateway.metrics;

import io.canarygateway.message.ReleaseReports.Counts;
import io.canarygateway.message.ReleaseReports.Evidence;
import io.canarygateway.message.ReleaseReports.OfRoute;
import io.canarygateway.message.ReleaseReports.Rehearsals;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A release as the API shows it. */
final class ReleaseJson {

  private ReleaseJson() {}

  /**
   * Makes the JSON.
   *
   * @param name the route's name in paths of the API
   */
  static JsonObject of(OfRoute release, String name) {
    JsonArray counts = new JsonArray();
    release.counts().forEach(one -> counts.add(of(one)));
    JsonArray receipts = new JsonArray();
    release.receipts().forEach(receipt -> receipts.add(parsed(receipt)));
    return new JsonObject()
        .put("route", name)
        .put("version", release.version())
        .put("mode", release.mode())
        .put("state", release.state())
        .put("reason", release.reason())
        .put("step", release.step())
        .put("steps", release.steps())
        .put("weight", release.weight())
        .put("weight_in_force", release.weightInForce())
        .put("started", time(release.startedMillis()))
        .put("step_since", time(release.stepSinceMillis()))
        .put("counts", counts)
        .put("evidence", of(release.evidence()))
        .put("needs", new JsonArray(release.needs()))
        .put("receipts", receipts)
        .put("rehearsals", of(release.rehearsals()));
  }

  private static JsonObject of(Counts counts) {
    return new JsonObject()
        .put("weight", counts.weight())
        .put("canary_clients", counts.canaryClients())
        .put("main_clients", counts.mainClients())
        .put("canary_failed", counts.canaryFailed())
        .put("main_failed", counts.mainFailed());
  }

  private static JsonObject of(Evidence evidence) {
    return new JsonObject()
        .put("revert", number(evidence.revert()))
        .put("revert_at", number(evidence.revertAt()))
        .put("failures", number(evidence.failures()))
        .put("latency", number(evidence.latency()))
        .put("pass", number(evidence.pass()))
        .put("absolute", number(evidence.absolute()))
        .put("pass_at", number(evidence.passAt()))
        .put("ratio", number(evidence.ratio()))
        .put("ratio_at", number(evidence.ratioAt()));
  }

  private static JsonObject of(Rehearsals rehearsals) {
    return new JsonObject()
        .put("promoted", rehearsals.promoted())
        .put("reverted", rehearsals.reverted())
        .put("held", rehearsals.held());
  }

  /** The time by ISO 8601; null before there is one. */
  private static @Nullable String time(long millis) {
    return millis == 0 ? null : Instant.ofEpochMilli(millis).toString();
  }

  /** JSON knows no infinity, which the logarithm of no evidence at all is. */
  private static @Nullable Double number(double value) {
    return Double.isFinite(value) ? value : null;
  }

  /** A receipt of another version of the gateway may not be JSON; it is shown as it is. */
  private static Object parsed(String receipt) {
    try {
      return new JsonObject(receipt);
    } catch (DecodeException e) {
      return receipt;
    }
  }
}
