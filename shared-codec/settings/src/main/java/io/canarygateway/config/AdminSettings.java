package io.canarygateway.config;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagTypes;
import java.util.List;

/** The settings that say who may use the instrumentation port, and for what. */
final class AdminSettings {

  static final Catalogue ALL = new Catalogue();

  private static final boolean DYNAMIC = true;

  static final Flag<List<String>> ALLOWED_HOSTS =
      ALL.flag(
          "instrumentation.allowed-hosts",
          FlagTypes.listOf(
              FlagTypes.matching(
                  "[A-Za-z0-9._-]{1,255}", "a host name without port, such as ops.example.org")),
          List.of(),
          DYNAMIC,
          "Host names under which the instrumentation port may be used, besides localhost. IP"
              + " addresses always may, and so may /metrics and /health/*. Others get 421.");
  static final Flag<String> TOKEN_FILE =
      ALL.path(
          "admin.token-file",
          "",
          "File with the token of the API, of at least 16 characters; it is read for each request."
              + " Not set: the API changes nothing.");

  static final Flag<List<String>> CORS_ORIGINS =
      ALL.flag(
          "ofrep.cors-origins",
          FlagTypes.listOf(
              FlagTypes.matching(
                  "(?!https://.*:443$|http://.*:80$)"
                      + "https?://([a-z0-9._-]{1,253}|\\[[0-9a-f:.]{2,45}])(:[0-9]{1,5})?",
                  "an origin as browsers send it, such as https://shop.example.org: in lower case,"
                      + " without path and default port")),
          List.of(),
          DYNAMIC,
          "Origins of web pages that may read flags by OFREP, the OpenFeature Remote Evaluation"
              + " Protocol, on the instrumentation port.");

  private AdminSettings() {}
}
