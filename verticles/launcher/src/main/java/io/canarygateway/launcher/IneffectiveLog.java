package io.canarygateway.launcher;

import io.canarygateway.config.IneffectiveSettings;
import io.canarygateway.config.IneffectiveSettings.Ineffective;
import io.canarygateway.snapshot.ConfigSnapshot;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of each setting that does nothing: once when it begins to do nothing, and again if it did
 * something in between. On one context.
 */
final class IneffectiveLog {

  private static final Logger LOG = LoggerFactory.getLogger(IneffectiveLog.class);

  private final boolean clustered;
  private List<Ineffective> known = List.of();

  IneffectiveLog(boolean clustered) {
    this.clustered = clustered;
  }

  void update(ConfigSnapshot snapshot) {
    List<Ineffective> now = IneffectiveSettings.of(snapshot.values(), clustered);
    for (Ineffective one : now) {
      if (!known.contains(one)) {
        LOG.atWarn()
            .addKeyValue("flag", one.key())
            .addKeyValue("reason", one.reason())
            .log("setting has no effect");
      }
    }
    known = now;
  }
}
