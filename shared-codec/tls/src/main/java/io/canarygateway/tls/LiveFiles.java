package io.canarygateway.tls;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of connections to servers, read again whenever somebody asks. A part that cannot be
 * used leaves the one of before in place. Thread-safe.
 */
public final class LiveFiles {

  private static final Logger LOG = LoggerFactory.getLogger(LiveFiles.class);

  private final TlsFiles files;
  private final InstantSource clock;
  private @Nullable FileContents used;
  private @Nullable Credentials current;
  private String logged = "";

  /**
   * Files that were not read yet.
   *
   * @param files the files
   * @param clock the time, by which certificates expire
   */
  public LiveFiles(TlsFiles files, InstantSource clock) {
    this.files = files;
    this.clock = clock;
  }

  /**
   * Reads the files; blocks. The same object as before means that nothing has changed.
   *
   * @return what the files contain; empty if they could not be used yet
   */
  public synchronized Optional<Credentials> read() {
    FileContents found = files.read();
    if (!found.equals(used)) {
      used = found;
      List<TlsFault> faults = new ArrayList<>();
      files
          .load(found, current, clock.instant(), faults)
          .filter(loaded -> !loaded.equals(current))
          .ifPresent(loaded -> current = loaded);
      log(faults);
    }
    return Optional.ofNullable(current);
  }

  private void log(List<TlsFault> faults) {
    String cause = faults.stream().map(TlsFault::toString).collect(Collectors.joining("; "));
    if (!cause.isEmpty() && !cause.equals(logged)) {
      LOG.atWarn()
          .addKeyValue("cause", cause)
          .log("certificates for upstreams are not as they should be");
    }
    logged = cause;
  }
}
