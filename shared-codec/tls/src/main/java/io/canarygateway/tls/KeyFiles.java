package io.canarygateway.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The files that hold a private key with its certificates. */
public sealed interface KeyFiles {

  /** {@return the files} */
  List<Path> files();

  /**
   * Parses what the files contained.
   *
   * @param contents what the files contained
   * @param prefix what stands before each key in faults, such as {@code certificates[0].}
   * @param faults gets each fault
   * @return the key; empty if there were faults
   */
  Optional<KeyEntry> parse(FileContents contents, String prefix, List<TlsFault> faults);

  /**
   * Two PEM files.
   *
   * @param certFile the certificate chain, that of the key first
   * @param keyFile the private key, not encrypted
   */
  record PemPair(Path certFile, Path keyFile) implements KeyFiles {

    @Override
    public List<Path> files() {
      return List.of(certFile, keyFile);
    }

    @Override
    public Optional<KeyEntry> parse(FileContents contents, String prefix, List<TlsFault> faults) {
      Optional<byte[]> cert = contents.of(prefix + "cert-file", certFile, faults);
      Optional<byte[]> key = contents.of(prefix + "key-file", keyFile, faults);
      if (cert.isEmpty() || key.isEmpty()) {
        return Optional.empty();
      }
      List<X509Certificate> chain;
      try {
        chain = Pem.certificates(cert.get());
      } catch (CertificateException e) {
        faults.add(new TlsFault(prefix + "cert-file", certFile.toString(), "PEM certificates"));
        return Optional.empty();
      }
      try {
        return Optional.of(
            new KeyEntry(Pem.privateKey(key.get(), chain.get(0).getPublicKey()), chain));
      } catch (GeneralSecurityException | RuntimeException e) {
        faults.add(
            new TlsFault(
                prefix + "key-file",
                keyFile.toString(),
                "the PEM private key of cert-file, not encrypted"));
        return Optional.empty();
      }
    }
  }

  /**
   * A PKCS #12 file, of which the first key is used.
   *
   * @param keystore the file
   * @param passwordFile the file with its password; white space around it does not count
   */
  record Keystore(Path keystore, Path passwordFile) implements KeyFiles {

    @Override
    public List<Path> files() {
      return List.of(keystore, passwordFile);
    }

    @Override
    public Optional<KeyEntry> parse(FileContents contents, String prefix, List<TlsFault> faults) {
      Optional<byte[]> bytes = contents.of(prefix + "keystore", keystore, faults);
      Optional<byte[]> password =
          contents.of(prefix + "keystore-password-file", passwordFile, faults);
      if (bytes.isEmpty() || password.isEmpty()) {
        return Optional.empty();
      }
      try {
        return Optional.of(
            first(
                bytes.get(),
                new String(password.get(), StandardCharsets.UTF_8).strip().toCharArray()));
      } catch (GeneralSecurityException | IOException | RuntimeException e) {
        faults.add(
            new TlsFault(
                prefix + "keystore",
                keystore.toString(),
                "a PKCS #12 file with a private key and its certificate, which the password of"
                    + " keystore-password-file opens"));
        return Optional.empty();
      }
    }

    private static KeyEntry first(byte[] bytes, char[] password)
        throws GeneralSecurityException, IOException {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(bytes), password);
      for (String alias : Collections.list(store.aliases())) {
        Key key = store.getKey(alias, password);
        if (key instanceof PrivateKey secret) {
          List<X509Certificate> chain = new ArrayList<>();
          for (Certificate each : store.getCertificateChain(alias)) {
            chain.add((X509Certificate) each);
          }
          if (!Pem.belongTogether(secret, chain.get(0).getPublicKey())) {
            throw new GeneralSecurityException("the key of another certificate");
          }
          return new KeyEntry(secret, chain);
        }
      }
      throw new GeneralSecurityException("no private key");
    }
  }
}
