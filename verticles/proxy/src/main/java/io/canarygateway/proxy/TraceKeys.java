package io.canarygateway.proxy;

import io.opentelemetry.api.common.AttributeKey;

/**
 * The attributes of spans: those of OpenTelemetry's stable conventions for HTTP, and the gateway's
 * own.
 */
final class TraceKeys {

  static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
  static final AttributeKey<String> METHOD_ORIGINAL =
      AttributeKey.stringKey("http.request.method_original");
  static final AttributeKey<Long> RESENDS = AttributeKey.longKey("http.request.resend_count");
  static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
  static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
  static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
  static final AttributeKey<String> URL = AttributeKey.stringKey("url.full");
  static final AttributeKey<String> SERVER = AttributeKey.stringKey("server.address");
  static final AttributeKey<Long> SERVER_PORT = AttributeKey.longKey("server.port");
  static final AttributeKey<String> CLIENT = AttributeKey.stringKey("client.address");
  static final AttributeKey<String> PEER = AttributeKey.stringKey("network.peer.address");
  static final AttributeKey<Long> PEER_PORT = AttributeKey.longKey("network.peer.port");
  static final AttributeKey<String> VERSION = AttributeKey.stringKey("network.protocol.version");
  static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

  static final AttributeKey<String> ROUTE = AttributeKey.stringKey("gateway.route");
  static final AttributeKey<String> TARGET = AttributeKey.stringKey("gateway.target");
  static final AttributeKey<String> REASON = AttributeKey.stringKey("gateway.reason");
  static final AttributeKey<Long> REVISION = AttributeKey.longKey("gateway.revision");
  static final AttributeKey<String> REQUEST_ID = AttributeKey.stringKey("gateway.request_id");
  static final AttributeKey<String> FALLBACK = AttributeKey.stringKey("gateway.fallback");
  static final AttributeKey<Boolean> CLIENT_GONE = AttributeKey.booleanKey("gateway.client_gone");

  private TraceKeys() {}
}
