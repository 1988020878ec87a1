package io.canarygateway.tls;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Makes certificates in a directory. */
record OpenSsl(Path directory) {

  /** Makes a self-signed certificate {@code NAME.pem} with its key {@code NAME.key}. */
  KeyFiles.PemPair selfSigned(String name, String newKey, int days) throws Exception {
    run("genpkey " + newKey + " -out " + name + ".key");
    run("req -new -key " + name + ".key -subj /CN=" + name + " -out " + name + ".csr");
    Files.writeString(
        directory.resolve("ext"),
        "subjectAltName=DNS:" + name + ".example,DNS:*." + name + ".example\n");
    run(
        "x509 -req -in %1$s.csr -signkey %1$s.key -days %2$d -extfile ext -out %1$s.pem"
            .formatted(name, days));
    return new KeyFiles.PemPair(file(name + ".pem"), file(name + ".key"));
  }

  KeyFiles.PemPair selfSigned(String name, int days) throws Exception {
    return selfSigned(name, "-algorithm EC -pkeyopt ec_paramgen_curve:P-256", days);
  }

  Path file(String name) {
    return directory.resolve(name);
  }

  void run(String arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments.split(" ")));
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new AssertionError(command);
    }
  }
}
