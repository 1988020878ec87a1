package io.canarygateway.cluster;

import io.canarygateway.message.BusSecret;
import java.nio.file.Path;
import java.util.Optional;

/** How the nodes of a cluster prove to each other that they belong to it. */
public sealed interface Identity {

  /** The secret that messages on the event bus carry a token of, if there is one. */
  Optional<BusSecret> busSecret();

  /**
   * Nodes prove nothing, and nothing is encrypted. Only loopback addresses are allowed with it. Any
   * process of the machine can join.
   */
  record None() implements Identity {
    @Override
    public Optional<BusSecret> busSecret() {
      return Optional.empty();
    }
  }

  /**
   * Nodes know the same secret. The TLS key of all nodes is derived from it, so that a node accepts
   * nobody without the secret and encrypts everything.
   *
   * @param secret the content of the secret's file, without white space around it; use one of 32
   *     random bytes, because a weak one can be guessed from the key
   */
  record Secret(BusSecret secret) implements Identity {
    @Override
    public Optional<BusSecret> busSecret() {
      return Optional.of(secret);
    }
  }

  /**
   * Nodes have certificates that the same authority has signed. The files are read again when their
   * content changes.
   *
   * @param caFile PEM certificates that have signed those of all nodes
   * @param certFile PEM certificate chain of this node
   * @param keyFile PEM private key (PKCS #8) of that certificate
   * @param busSecret a secret that messages on the event bus have to carry besides
   */
  record Certificates(Path caFile, Path certFile, Path keyFile, Optional<BusSecret> busSecret)
      implements Identity {}
}
