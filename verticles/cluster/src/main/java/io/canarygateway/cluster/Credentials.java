package io.canarygateway.cluster;

import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * What a node shows to others, and whom it accepts.
 *
 * @param key this node's private key and certificates
 * @param trust accepts the certificates of the cluster's nodes
 */
record Credentials(X509ExtendedKeyManager key, X509ExtendedTrustManager trust) {}
