package io.canarygateway.http;

import io.canarygateway.tls.Credentials;
import io.canarygateway.tls.KeyChooser;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.SimpleKeyManagerFactory;
import java.security.KeyStore;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.ManagerFactoryParameters;

/** The implementations of TLS for listeners. */
enum TlsEngine {
  /** BoringSSL, by a native library in the jar. Handshakes take a third of the JDK's time. */
  NATIVE {
    @Override
    SslContextBuilder server(KeyChooser keys) {
      // Otherwise Netty would hand the key to the library anew in each handshake.
      return SslContextBuilder.forServer(new OpenSslCachingX509KeyManagerFactory(new Keys(keys)))
          .sslProvider(SslProvider.OPENSSL);
    }
  },

  /** The JDK, where the library does not load, and for keys that the library does not know. */
  JDK {
    @Override
    SslContextBuilder server(KeyChooser keys) {
      return SslContextBuilder.forServer(keys).sslProvider(SslProvider.JDK);
    }
  };

  private static final Set<String> NATIVE_KEYS = Set.of("RSA", "EC");

  /** The engine for some keys. */
  static TlsEngine of(Credentials credentials) {
    boolean known =
        credentials.keys().stream()
            .allMatch(entry -> NATIVE_KEYS.contains(entry.key().getAlgorithm()));
    return known && OpenSsl.isAvailable() ? NATIVE : JDK;
  }

  /** The builder of a context that shows the certificates of some keys. */
  abstract SslContextBuilder server(KeyChooser keys);

  /** A factory of one key manager, which is there already. */
  private static final class Keys extends SimpleKeyManagerFactory {

    private final KeyChooser keys;

    Keys(KeyChooser keys) {
      this.keys = keys;
    }

    @Override
    protected void engineInit(KeyStore store, char[] password) {}

    @Override
    protected void engineInit(ManagerFactoryParameters parameters) {}

    @Override
    protected KeyManager[] engineGetKeyManagers() {
      return new KeyManager[] {keys};
    }
  }
}
