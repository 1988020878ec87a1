package io.canarygateway.tls;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the files of a TLS section again and again, on a thread of its own, and passes on what has
 * changed. A part that cannot be used leaves the one of before in place. Thread-safe.
 */
public final class TlsWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TlsWatch.class);

  /** A change is used once it was seen twice, so it takes two periods at most. */
  private static final long PERIOD_MS = 200;

  /** Files that are refused may become good by themselves: a certificate may begin to be valid. */
  private static final Duration TRIED_EVERY = Duration.ofSeconds(10);

  private static final Duration WARNED_BEFORE = Duration.ofDays(14);
  private static final Duration WARNED_EVERY = Duration.ofDays(1);

  /** A receiver of what is to be said of the files. */
  @FunctionalInterface
  public interface Health {

    /**
     * Takes a change.
     *
     * @param sound false if the files cannot be used as they are, or a certificate is not valid
     * @param detail what is wrong, or which certificate expires soon; may be empty
     */
    void report(boolean sound, String detail);
  }

  private final String section;
  private final TlsFiles files;
  private final InstantSource clock;
  private final Consumer<Credentials> use;
  private final Health health;
  private final ScheduledThreadPoolExecutor thread;

  // The rest is confined to that thread.
  private @Nullable FileContents used;
  private @Nullable FileContents seen;
  private @Nullable Credentials current;
  private List<TlsFault> faults = List.of();
  private @Nullable String reported;
  private Instant tried = Instant.EPOCH;
  private Instant warned = Instant.EPOCH;

  /**
   * A watch that has not begun.
   *
   * @param section the section of the settings, for logs
   * @param files the files
   * @param clock the time, by which certificates expire
   * @param use takes what was read; called on the watch's thread
   * @param health takes what is to be said of the files; called on the watch's thread
   */
  public TlsWatch(
      String section,
      TlsFiles files,
      InstantSource clock,
      Consumer<Credentials> use,
      Health health) {
    this.section = section;
    this.files = files;
    this.clock = clock;
    this.use = use;
    this.health = health;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread named = new Thread(task, section + "-files");
              named.setDaemon(true);
              return named;
            });
  }

  /**
   * Begins to watch.
   *
   * @return completes once the files are in use; fails if they cannot be used yet, while the watch
   *     goes on
   */
  public CompletableFuture<Void> start() {
    CompletableFuture<Void> first = new CompletableFuture<>();
    thread.execute(
        () -> {
          look();
          look(); // Files count once they were read twice.
          if (current == null) {
            first.completeExceptionally(new IllegalStateException(problem()));
          } else {
            first.complete(null);
          }
        });
    thread.scheduleWithFixedDelay(this::look, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
    return first;
  }

  private void look() {
    try {
      FileContents found = files.read();
      boolean again = found.equals(seen);
      seen = found;
      // Several files are not replaced at one moment.
      if (again && (!found.equals(used) || isDue())) {
        used = found;
        tried = clock.instant();
        load(found);
      }
      if (used != null) {
        report();
        warn();
      }
    } catch (RuntimeException e) { // A regular task that throws would not run again.
      LOG.atError().setCause(e).addKeyValue("section", section).log("certificates were not read");
    }
  }

  private boolean isDue() {
    return !faults.isEmpty() && tried.plus(TRIED_EVERY).isBefore(clock.instant());
  }

  private void load(FileContents found) {
    List<TlsFault> wrong = new ArrayList<>();
    Credentials before = current;
    Optional<Credentials> loaded = files.load(found, before, clock.instant(), wrong);
    faults = wrong;
    if (loaded.isPresent() && !loaded.get().equals(before)) {
      try {
        use.accept(loaded.get());
      } catch (RuntimeException e) { // The library that uses them is stricter than the JDK.
        faults =
            List.of(
                new TlsFault(
                    "cert-file",
                    String.valueOf(e.getMessage()),
                    "files that the library for TLS accepts"));
        return;
      }
      current = loaded.get();
      if (before != null) {
        LOG.atInfo().addKeyValue("section", section).log("certificates were replaced");
      }
    }
  }

  private String problem() {
    List<String> problems =
        faults.stream().map(TlsFault::toString).collect(Collectors.toCollection(ArrayList::new));
    if (current != null) {
      Instant now = clock.instant();
      for (KeyEntry entry : current.keys()) {
        if (!entry.expiry().isAfter(now)) {
          problems.add(entry.name() + " has expired at " + entry.expiry());
        } else if (entry.begin().isAfter(now)) {
          problems.add(entry.name() + " is not valid before " + entry.begin());
        }
      }
    }
    return String.join("; ", problems);
  }

  private List<KeyEntry> expiringSoon() {
    Instant soon = clock.instant().plus(WARNED_BEFORE);
    return current == null
        ? List.of()
        : current.keys().stream().filter(entry -> entry.expiry().isBefore(soon)).toList();
  }

  private void report() {
    String problem = problem();
    String detail =
        problem.isEmpty()
            ? expiringSoon().stream()
                .map(entry -> entry.name() + " expires at " + entry.expiry())
                .collect(Collectors.joining("; "))
            : problem;
    if (detail.equals(reported)) {
      return;
    }
    if (!problem.isEmpty()) {
      LOG.atWarn()
          .addKeyValue("section", section)
          .addKeyValue("cause", problem)
          .log("certificates are not as they should be");
    }
    reported = detail;
    health.report(problem.isEmpty(), detail);
  }

  private void warn() {
    Instant now = clock.instant();
    if (warned.plus(WARNED_EVERY).isAfter(now)) {
      return;
    }
    for (KeyEntry entry : expiringSoon()) {
      warned = now;
      LOG.atWarn()
          .addKeyValue("section", section)
          .addKeyValue("name", entry.name())
          .addKeyValue("expiry", entry.expiry())
          .log("a certificate expires soon");
    }
  }

  /** Ends watching. What is in use stays. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
