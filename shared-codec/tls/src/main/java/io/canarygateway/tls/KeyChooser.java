package io.canarygateway.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one side of TLS connections. A server shows the certificate that bears the name which
 * the client has asked for (SNI): exactly, or else by a wildcard for its first label. For every
 * other name, and as a client, the first key is used. Immutable.
 */
public final class KeyChooser extends X509ExtendedKeyManager {

  private final List<KeyEntry> entries;
  private final Map<String, List<KeyEntry>> byName = new HashMap<>();

  /**
   * Creates the key manager.
   *
   * @param entries the keys; at least one, the first of which is the default
   */
  public KeyChooser(List<KeyEntry> entries) {
    this.entries = List.copyOf(entries);
    for (KeyEntry entry : this.entries) {
      entry
          .names()
          .forEach(name -> byName.computeIfAbsent(name, key -> new ArrayList<>()).add(entry));
    }
  }

  private @Nullable String alias(List<KeyEntry> among, String @Nullable [] types) {
    if (types != null) {
      for (String type : types) {
        for (KeyEntry entry : among) {
          if (entry.key().getAlgorithm().equals(type)) {
            return Integer.toString(entries.indexOf(entry));
          }
        }
      }
    }
    return null;
  }

  private List<KeyEntry> byDefault() {
    return entries.subList(0, 1);
  }

  private List<KeyEntry> named(@Nullable SSLSession session) {
    if (session instanceof ExtendedSSLSession extended) {
      for (SNIServerName each : extended.getRequestedServerNames()) {
        if (each instanceof SNIHostName host) {
          return named(host.getAsciiName().toLowerCase(Locale.ROOT));
        }
      }
    }
    return byDefault();
  }

  private List<KeyEntry> named(String name) {
    List<KeyEntry> exact = byName.get(name);
    if (exact != null) {
      return exact;
    }
    int dot = name.indexOf('.');
    return byName.getOrDefault(dot < 0 ? name : "*" + name.substring(dot), byDefault());
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return alias(byDefault(), types);
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] types, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return alias(byDefault(), types);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
    SSLSession session = socket instanceof SSLSocket tls ? tls.getHandshakeSession() : null;
    return alias(named(session), new String[] {type});
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String type, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    SSLSession session = engine == null ? null : engine.getHandshakeSession();
    return alias(named(session), new String[] {type});
  }

  @Override
  public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
    String alias = alias(byDefault(), new String[] {type});
    return alias == null ? null : new String[] {alias};
  }

  @Override
  public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
    return getClientAliases(type, issuers);
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return entry(alias).chain().toArray(X509Certificate[]::new);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return entry(alias).key();
  }

  private KeyEntry entry(String alias) {
    return entries.get(Integer.parseInt(alias));
  }
}
