package io.canarygateway.tls;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files of a TLS section. Immutable.
 *
 * @param keys the files of private keys with their certificates; the first one is the default
 * @param authorities the setting and the PEM file of the certificates that have signed those of the
 *     other side; empty for none
 */
public record TlsFiles(List<KeyFiles> keys, Optional<Authority> authorities) {

  /**
   * The file of the other side's authorities.
   *
   * @param key the setting that names it, below the section
   * @param file the file
   */
  public record Authority(String key, Path file) {}

  /**
   * Copies the list.
   *
   * @param keys the files of private keys with their certificates
   * @param authorities the file of the other side's authorities
   */
  public TlsFiles {
    keys = List.copyOf(keys);
  }

  /**
   * Reads and checks all files; blocks.
   *
   * @return each fault; empty if the files can be used
   */
  public List<TlsFault> check() {
    List<TlsFault> faults = new ArrayList<>();
    load(read(), null, Instant.EPOCH, faults);
    return faults;
  }

  /** Reads all files; blocks. */
  FileContents read() {
    List<Path> files = new ArrayList<>();
    keys.forEach(each -> files.addAll(each.files()));
    authorities.ifPresent(each -> files.add(each.file()));
    return FileContents.read(files);
  }

  /**
   * Parses the files. A part that cannot be used stays as it was before.
   *
   * @param before what is in use; null if nothing is
   * @param now certificates that are not valid then do not replace others
   * @param faults gets each fault
   * @return the parts; empty if one of them cannot be used and there is none from before
   */
  Optional<Credentials> load(
      FileContents contents, @Nullable Credentials before, Instant now, List<TlsFault> faults) {
    List<KeyEntry> entries = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      String prefix = i == 0 ? "" : "certificates[" + (i - 1) + "].";
      KeyEntry old = before == null ? null : before.keys().get(i);
      keys.get(i)
          .parse(contents, prefix, faults)
          .filter(entry -> old == null || entry.equals(old) || isFresh(entry, now, prefix, faults))
          .or(() -> Optional.ofNullable(old))
          .ifPresent(entries::add);
    }
    Optional<List<X509Certificate>> trusted =
        authorities.isEmpty()
            ? Optional.of(List.of())
            : authorities
                .flatMap(each -> Authorities.parse(contents, each.key(), each.file(), faults))
                .or(() -> Optional.ofNullable(before).map(Credentials::authorities));
    return entries.size() < keys.size()
        ? Optional.empty()
        : trusted.map(list -> new Credentials(entries, list));
  }

  private static boolean isFresh(
      KeyEntry entry, Instant now, String prefix, List<TlsFault> faults) {
    boolean fresh = entry.expiry().isAfter(now) && !entry.begin().isAfter(now);
    if (!fresh) {
      faults.add(
          new TlsFault(
              prefix + "cert-file",
              entry.name() + " from " + entry.begin() + " until " + entry.expiry(),
              entry.begin().isAfter(now)
                  ? "a certificate that is valid already"
                  : "a certificate that has not expired"));
    }
    return fresh;
  }
}
