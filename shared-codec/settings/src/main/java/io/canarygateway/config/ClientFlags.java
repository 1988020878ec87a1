package io.canarygateway.config;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagTypes;
import io.canarygateway.tls.ClientTls;
import io.canarygateway.tls.KeyFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings of one HTTP client. The clients of upstreams and of the sidecar have the same ones.
 * All are dynamic.
 */
record ClientFlags(
    Flag<Duration> timeout,
    Flag<Long> maxIdleConns,
    Flag<Long> maxConns,
    Flag<Duration> idleConnTimeout,
    Flag<Boolean> disableCompression,
    Flag<Boolean> insecureSkipVerify,
    Flag<String> caFile,
    Flag<String> certFile,
    Flag<String> keyFile,
    Flag<String> serverName) {

  static ClientFlags of(
      Catalogue all, String section, Duration defaultTimeout, String timeoutUsage) {
    return new ClientFlags(
        all.timeout(section + ".timeout", true, defaultTimeout, timeoutUsage),
        all.flag(
            section + ".max-idle-conns",
            FlagTypes.int64(0, 1_000_000),
            1000L,
            true,
            "Most idle connections that are kept open, over all event loops. 0: as many as"
                + " max-conns."),
        all.flag(
            section + ".max-conns",
            FlagTypes.int64(1, 60_000),
            10_000L,
            true,
            "Most connections, over all event loops. When all are busy, as many requests may wait;"
                + " further ones get 503."),
        all.timeout(
            section + ".idle-conn-timeout",
            true,
            Duration.ofSeconds(30),
            "Time after which an idle connection is closed."),
        all.bool(
            section + ".disable-compression",
            true,
            "false: the gateway asks for gzip, and unpacks it, for clients that did not ask for it."),
        all.bool(
            section + ".tls.insecure-skip-verify",
            true,
            "true: any certificate of the server is accepted."),
        all.path(
            section + ".tls.ca-file",
            "",
            true,
            "PEM certificates that have signed those of https servers. Empty: the JVM's. Changed"
                + " files are used within a second."),
        all.path(
            section + ".tls.cert-file",
            "",
            true,
            "PEM certificate chain that https servers get, with key-file. Empty: none."),
        all.path(
            section + ".tls.key-file",
            "",
            true,
            "PEM private key of cert-file (PKCS #8, PKCS #1 or SEC 1), not encrypted."),
        all.flag(
            section + ".tls.server-name",
            FlagTypes.matching("[A-Za-z0-9._-]{0,253}", "a host name"),
            "",
            true,
            "Name that is sent to https servers, and that their certificates have to bear. Empty: the"
                + " target's host."));
  }

  /** The settings of TLS. Values with one of two files only are refused before. */
  ClientTls tls(FlagValues values) {
    Optional<Path> cert = file(values, certFile);
    Optional<Path> key = file(values, keyFile);
    return new ClientTls(
        file(values, caFile),
        cert.isPresent() && key.isPresent()
            ? Optional.of(new KeyFiles.PemPair(cert.get(), key.get()))
            : Optional.empty(),
        values.required(serverName));
  }

  /** The file of cert-file and key-file that is missing beside the other one. */
  Optional<Flag<String>> missingFile(FlagValues values) {
    boolean hasCert = file(values, certFile).isPresent();
    return hasCert == file(values, keyFile).isPresent()
        ? Optional.empty()
        : Optional.of(hasCert ? keyFile : certFile);
  }

  private static Optional<Path> file(FlagValues values, Flag<String> flag) {
    String text = values.required(flag);
    return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
  }
}
