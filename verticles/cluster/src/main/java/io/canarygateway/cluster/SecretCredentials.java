package io.canarygateway.cluster;

import io.canarygateway.message.BusSecret;
import io.canarygateway.tls.KeyChooser;
import io.canarygateway.tls.KeyEntry;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** The credentials of nodes that know the same secret: one key pair for all of them. */
final class SecretCredentials {

  private SecretCredentials() {}

  /**
   * Derives the credentials on a thread of its own, while the node starts. The supplier waits for
   * them.
   */
  static Supplier<Credentials> start(BusSecret secret, String cluster) {
    FutureTask<Credentials> task = new FutureTask<>(() -> of(secret, cluster));
    Handshakes.daemons("cluster-key").newThread(task).start();
    return () -> {
      try {
        return task.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      }
    };
  }

  /** Derives the credentials; takes about 0.1 s. */
  static Credentials of(BusSecret secret, String cluster) {
    try {
      KeyPair keys = DerivedKey.of(secret, cluster);
      return new Credentials(
          new KeyChooser(List.of(new KeyEntry(keys.getPrivate(), List.of(SelfSigned.of(keys))))),
          new SameKey(keys.getPublic().getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has P-256", e);
    }
  }

  /**
   * Accepts exactly one public key. TLS makes the other side prove that it has the private key,
   * which only those who know the secret can derive.
   */
  private static final class SameKey extends X509ExtendedTrustManager {

    private final byte[] expected;

    SameKey(byte[] expected) {
      this.expected = expected;
    }

    private void check(X509Certificate @Nullable [] chain) throws CertificateException {
      if (chain == null
          || chain.length == 0
          || !MessageDigest.isEqual(expected, chain[0].getPublicKey().getEncoded())) {
        throw new CertificateException("the other side does not know the cluster's secret");
      }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
