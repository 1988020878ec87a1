package io.canarygateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagType;
import io.canarygateway.flags.FlagTypes;
import io.canarygateway.flags.Problem;
import io.canarygateway.tls.KeyFiles;
import io.canarygateway.tls.ServerTls;
import io.canarygateway.tls.ServerTls.ClientAuth;
import io.canarygateway.tls.ServerTls.MinVersion;
import io.canarygateway.tls.TlsFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The TLS settings of one listener. All listeners have the same ones; all are static. */
record TlsFlags(
    String section,
    Flag<String> certFile,
    Flag<String> keyFile,
    Flag<String> keystore,
    Flag<String> keystorePasswordFile,
    Flag<JsonSetting<List<KeyFiles>>> certificates,
    Flag<ClientAuth> clientAuth,
    Flag<String> clientCaFile,
    Flag<MinVersion> minVersion) {

  static final String MAIN_PAIR = "cert-file and key-file, or keystore and keystore-password-file";
  private static final String LIST = "a list of objects of " + MAIN_PAIR;
  private static final Set<String> KEYS =
      Set.of("cert-file", "key-file", "keystore", "keystore-password-file");
  private static final int MOST = 1_000;
  private static final FlagType<String> FILE =
      FlagTypes.of(
          "string",
          FlagType.JsonForm.STRING,
          "a path",
          text -> {
            if (text.isEmpty()) {
              throw new IllegalArgumentException(text);
            }
            return Path.of(text).toString();
          },
          text -> text);

  static TlsFlags of(Catalogue all, String section) {
    return new TlsFlags(
        section,
        all.path(
            section + ".cert-file",
            "",
            "PEM certificate chain of the listener, its own first. With key-file it makes the"
                + " listener TLS. Changed files are used within a second."),
        all.path(
            section + ".key-file",
            "",
            "PEM private key of cert-file (PKCS #8, PKCS #1 or SEC 1), not encrypted."),
        all.path(
            section + ".keystore",
            "",
            "PKCS #12 file with the key and its certificates, instead of cert-file and key-file."),
        all.path(section + ".keystore-password-file", "", "File with the password of keystore."),
        all.flag(
            section + ".certificates",
            JsonSetting.type("tls-certificates", LIST, TlsFlags::readAll),
            JsonSetting.of("[]", TlsFlags::readAll),
            false,
            "More certificates, each an object of cert-file and key-file, or keystore and"
                + " keystore-password-file. Clients choose one by its names (SNI)."),
        all.flag(
            section + ".client-auth",
            FlagTypes.oneOf(ClientAuth.class),
            ClientAuth.NONE,
            false,
            "request: clients may show a certificate, which has to be valid. require: they have"
                + " to."),
        all.path(
            section + ".client-ca-file",
            "",
            "PEM certificates that have signed those of clients; needed unless client-auth is"
                + " none."),
        all.flag(
            section + ".min-version",
            FlagTypes.describe(
                FlagTypes.of(
                    "enum",
                    FlagType.JsonForm.STRING,
                    "1.2 or 1.3",
                    TlsFlags::version,
                    MinVersion::toString),
                Map.of(
                    "enum", Arrays.stream(MinVersion.values()).map(MinVersion::toString).toList())),
            MinVersion.TLS_1_2,
            false,
            "Oldest version of TLS that clients may speak."));
  }

  /** Whether the presence of a section makes a listener TLS. */
  static boolean isSection(String key) {
    return ServerSettings.ALL_TLS.stream().anyMatch(tls -> tls.section().equals(key));
  }

  private static MinVersion version(String text) {
    return Arrays.stream(MinVersion.values())
        .filter(version -> version.toString().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(text));
  }

  private static List<KeyFiles> readAll(JsonNode node) {
    if (!node.isArray() || node.size() > MOST) {
      throw JsonFields.fault("value", node, LIST);
    }
    List<KeyFiles> all = new ArrayList<>();
    for (JsonNode each : node) {
      String path = "[" + all.size() + "]";
      JsonFields fields = new JsonFields(path, each, KEYS);
      Optional<KeyFiles> files =
          pair(
              fields.optional("cert-file", FILE),
              fields.optional("key-file", FILE),
              fields.optional("keystore", FILE),
              fields.optional("keystore-password-file", FILE));
      all.add(files.orElseThrow(() -> JsonFields.fault(path, each, MAIN_PAIR)));
    }
    return List.copyOf(all);
  }

  /** The files of one key; empty if it is not exactly one of the two kinds of pairs. */
  private static Optional<KeyFiles> pair(
      Optional<String> cert,
      Optional<String> key,
      Optional<String> store,
      Optional<String> password) {
    if (cert.isPresent() && key.isPresent() && store.isEmpty() && password.isEmpty()) {
      return Optional.of(new KeyFiles.PemPair(Path.of(cert.get()), Path.of(key.get())));
    }
    if (cert.isEmpty() && key.isEmpty() && store.isPresent() && password.isPresent()) {
      return Optional.of(new KeyFiles.Keystore(Path.of(store.get()), Path.of(password.get())));
    }
    return Optional.empty();
  }

  private static Optional<String> file(FlagValues values, Flag<String> flag) {
    return Optional.of(values.required(flag)).filter(text -> !text.isEmpty());
  }

  private Optional<KeyFiles> main(FlagValues values) {
    return pair(
        file(values, certFile),
        file(values, keyFile),
        file(values, keystore),
        file(values, keystorePasswordFile));
  }

  /** The settings; empty if the listener is not TLS. */
  Optional<ServerTls> read(FlagValues values) {
    return main(values)
        .map(
            main ->
                new ServerTls(
                    new TlsFiles(
                        Stream.concat(
                                Stream.of(main), values.required(certificates).value().stream())
                            .toList(),
                        asksClients(values)
                            ? file(values, clientCaFile)
                                .map(
                                    path -> new TlsFiles.Authority("client-ca-file", Path.of(path)))
                            : Optional.empty()),
                    values.required(clientAuth),
                    values.required(minVersion)));
  }

  private boolean asksClients(FlagValues values) {
    return values.required(clientAuth) != ClientAuth.NONE;
  }

  /** The problems of the values together. Each value is known to be valid by itself. */
  List<Problem> problemsOf(FlagValues values) {
    List<Problem> problems = new ArrayList<>();
    List<String> set =
        Stream.of(
                certFile,
                keyFile,
                keystore,
                keystorePasswordFile,
                certificates,
                clientAuth,
                clientCaFile,
                minVersion)
            .filter(flag -> isSet(values, flag))
            .map(flag -> flag.name().substring(section.length() + 1))
            .toList();
    if (!set.isEmpty() && main(values).isEmpty()) {
      problems.add(new Problem(section, String.join(", ", set), MAIN_PAIR));
    }
    if (asksClients(values) && file(values, clientCaFile).isEmpty()) {
      problems.add(
          new Problem(clientCaFile.name(), "nothing", "a file, since client-auth is not none"));
    }
    return problems;
  }

  private static <T> boolean isSet(FlagValues values, Flag<T> flag) {
    return !values.required(flag).equals(flag.defaultValue());
  }

  /** Finds what is wrong with the files; blocks. */
  List<Problem> checkFiles(FlagValues values) {
    return read(values)
        .map(
            tls ->
                tls.files().check().stream()
                    .map(
                        fault ->
                            Problem.ofText(
                                section + "." + fault.key(), fault.found(), fault.expected()))
                    .toList())
        .orElse(List.of());
  }
}
