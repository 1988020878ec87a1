package io.canarygateway.cluster;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the PEM files of a node each second, on a thread of its own, and uses what has changed for
 * the connections that follow. Files that cannot be used leave the certificates as they are.
 */
final class CertificateWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CertificateWatch.class);
  private static final long PERIOD_MS = 1_000;

  private final Identity.Certificates files;
  private final NodeTls tls;
  private final Consumer<Optional<String>> health;
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(1, Handshakes.daemons("cluster-certificates"));

  // The rest is confined to that thread.
  private PemCredentials used;
  private Optional<PemCredentials> seen = Optional.empty();
  private String problem = "";
  private String reported = "";

  /**
   * A watch that begins at once.
   *
   * @param used what was read from the files before
   * @param health takes what is wrong with the files, or nothing if they are in use
   */
  CertificateWatch(
      Identity.Certificates files,
      PemCredentials used,
      NodeTls tls,
      Consumer<Optional<String>> health) {
    this.files = files;
    this.used = used;
    this.tls = tls;
    this.health = health;
    thread.scheduleWithFixedDelay(this::look, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      PemCredentials found = PemCredentials.read(files);
      boolean again = seen.equals(Optional.of(found));
      seen = Optional.of(found);
      if (!again) {
        // Three files are not replaced at one moment: their texts have to be the same twice.
        return;
      }
      if (found.equals(used)) {
        problem = "";
      } else {
        tls.use(found.parse());
        used = found;
        problem = "";
        LOG.info("the cluster's certificates were replaced");
      }
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      problem = "certificates not replaced: " + e.getMessage();
    }
    report();
  }

  private void report() {
    if (problem.equals(reported)) {
      return;
    }
    reported = problem;
    if (problem.isEmpty()) {
      health.accept(Optional.empty());
    } else {
      LOG.atWarn().addKeyValue("cause", problem).log("the cluster keeps its old certificates");
      health.accept(Optional.of(problem));
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
