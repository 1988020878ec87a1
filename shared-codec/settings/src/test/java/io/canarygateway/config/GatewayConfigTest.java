package io.canarygateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.decision.BreakerLimits;
import io.canarygateway.decision.ErrorStatuses;
import io.canarygateway.decision.Strategy;
import io.canarygateway.tls.ClientTls;
import io.canarygateway.tls.KeyFiles.Keystore;
import io.canarygateway.tls.KeyFiles.PemPair;
import io.canarygateway.tls.ServerTls;
import io.canarygateway.tls.TlsFiles;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GatewayConfigTest {

  @Test
  void defaultsAreCanaryRouters() throws ConfigException {
    GatewayConfig config =
        read("{\"main-target\": \"http://m\", \"canary-target\": \"https://c:8443/base\"}");

    assertThat(config)
        .isEqualTo(
            new GatewayConfig(
                new ServerConfig(
                    "127.0.0.1",
                    1345,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(120),
                    Duration.ofSeconds(10),
                    128,
                    32 << 10,
                    0,
                    false,
                    true,
                    false,
                    Optional.empty()),
                new InstrumentationConfig(
                    "127.0.0.1", 8888, List.of(), List.of(), Optional.empty()),
                config.routes(), // RouteConfigTest has them.
                new RoutingConfig(
                    true,
                    XCanary.ALL,
                    TargetUrls.parse("http://m"),
                    "",
                    TargetUrls.parse("https://c:8443/base"),
                    "",
                    Strategy.MAIN,
                    false,
                    null,
                    "",
                    204,
                    200,
                    SidecarBody.FULL,
                    8 << 20,
                    "",
                    BreakerLimits.OFF,
                    ErrorStatuses.NON_2XX,
                    Duration.ZERO,
                    "",
                    null,
                    0,
                    Optional.empty()),
                new HttpClientConfig(
                    Duration.ofSeconds(5),
                    1000,
                    10_000,
                    Duration.ofSeconds(30),
                    false,
                    false,
                    ClientTls.NONE,
                    UpstreamHttp2.OFF),
                new HttpClientConfig(
                    Duration.ofSeconds(2),
                    1000,
                    10_000,
                    Duration.ofSeconds(30),
                    false,
                    false,
                    ClientTls.NONE,
                    UpstreamHttp2.OFF),
                new LogConfig(LogLevel.INFO, false, false),
                new AccessLogConfig(AccessLogFormat.OFF, Optional.empty()),
                new TracingConfig(Optional.empty(), OtlpProtocol.HTTP, 1, "canary-gateway"),
                Transport.AUTO,
                new DemoConfig(false, 1346, 1347, 1348, 0),
                new FlagsConfig(null, false),
                Optional.empty(),
                new RolloutConfig(0, OptionalDouble.of(0), "maxwellsdaemon", "maxwellsdaemon", ""),
                new DaemonConfig(
                    Optional.empty(), "app", Path.of("/var/lib/maxwells-daemon"), false),
                Optional.empty(),
                Optional.empty(),
                new ExtensionsConfig(Map.of()),
                new ClusterConfig(
                    false,
                    "127.0.0.1",
                    5701,
                    0,
                    List.of(),
                    "",
                    1,
                    new ClusterConfig.Place(0, true),
                    ClusterLimits.SHARES,
                    "gateway",
                    Optional.empty(),
                    Optional.empty()),
                EnumSet.allOf(VerticleName.class)));
  }

  @Test
  void everyKeyIsMapped() throws ConfigException {
    FlagValues values =
        ConfigReader.read(
            """
            {
              "router-server": {"host": "0.0.0.0", "port": "2345", "read-timeout": 6,
                "write-timeout": 16, "idle-timeout": "2m1s", "drain-timeout": "11s",
                "max-headers": 65, "max-head-bytes": 4096, "max-connections": 5000, "h2c": true,
                "http2": false, "proxy-protocol": true,
                "tls": {"cert-file": "/cert", "key-file": "/key", "keystore": "",
                  "keystore-password-file": "", "client-auth": "require",
                  "client-ca-file": "/ca", "min-version": "1.3", "certificates": [
                    {"keystore": "/store", "keystore-password-file": "/password"}]}},
              "instrumentation": {"host": "::1", "port": "9999", "allowed-hosts": ["ops.example.org"],
                "tls": {"keystore": "/admin", "keystore-password-file": "/secret", "cert-file": "",
                  "key-file": "", "client-auth": "none", "client-ca-file": "",
                  "min-version": "1.2", "certificates": []}},
              "admin": {"token-file": "/token"},
              "ofrep": {"cors-origins": ["https://shop.example.org", "http://localhost:3000"]},
              "main-target": ["http://main:81/m?a=1", "http://main-2:82/m?a=1"],
              "canary-enabled": false,
              "x-canary": "trusted",
              "main-header-host": "main.example.com",
              "canary-target": "https://[::1]/c",
              "canary-header-host": "canary.example.com:444",
              "strategy": "sidecar",
              "sidecar-url": "http://sidecar/s",
              "main-sidecar-status": 201,
              "canary-sidecar-status": 202,
              "sidecar-body": "none",
              "sidecar-max-body": 1024,
              "trim-prefix": "/trim",
              "circuit-breaker": {"request-limit-canary": 300, "error-limit-canary": 500,
                "error-statuses": ["5xx", "429"], "window": "5m", "generation": "second try"},
              "health-check": {"path": "/up?x=1", "every": 3, "timeout": "400ms", "healthy": 4,
                "unhealthy": 5},
              "release": {"version": "v2", "steps": [0.5, 1], "mode": "hold",
                "judge": {"tolerance": 2, "false-alarm": 0.01, "confidence-alpha": 0.05,
                  "acceptable": 0.02, "warm-up": "1m", "errors": ["5xx", "429"]}, "state-dir": "/releases"},
              "trusted-proxies": ["10.0.0.0/8", "::1"],
              "max-requests-in-flight": 77,
              "proxy-client": {
                "to-main-and-canary": {"timeout": 7, "max-idle-conns": 71, "max-conns": 72,
                  "idle-conn-timeout": 73, "disable-compression": true,
                  "tls": {"insecure-skip-verify": true, "ca-file": "/ca", "cert-file": "/cert",
                    "key-file": "/key", "server-name": "main.internal"},
                  "http2": "auto"},
                "to-sidecar": {"timeout": "250ms", "max-idle-conns": 81, "max-conns": 82,
                  "idle-conn-timeout": "1.5s", "disable-compression": true,
                  "tls": {"insecure-skip-verify": true, "ca-file": "/sidecar-ca", "cert-file": "",
                    "key-file": "", "server-name": ""}}
              },
              "log": {"level": "debug", "debug-request-body": true, "debug-response-body": true},
              "access-log": "json",
              "access-log-file": "/access.log",
              "tracing": {"otlp-endpoint": "https://collector:4317/", "otlp-protocol": "grpc",
                "sample": 0.05, "service-name": "edge"},
              "transport": "nio",
              "demo": {"enabled": true, "main-port": 1, "canary-port": 2, "sidecar-port": 3,
                "canary-failure-rate": 0.25},
              "flags": {"directory": "/etc/flagz", "strict": true, "declare": {"a": {"type": "bool"}}},
              "etcd": {"endpoints": ["https://one:2379", "https://two"], "prefix": "/x",
                "user": "u", "password-file": "/p", "tls": {"ca-file": "/ca", "cert-file": "/cert",
                "key-file": "/key", "server-name": "etcd"}},
              "rollout": {"canary": 0.25, "maintenance": 0.5, "key-header": "X-User",
                "sticky": {"header": "X-Sticky", "cookie": "sticky"}},
              "daemon": {"socket": "/run/d.sock", "application": "shop", "state-dir": "/state",
                "keep-alive": true},
              "dynamodb": {"table": "Rollouts", "region": "eu-west-1", "delay": 1, "unhealthy": "3s",
                "endpoint": "http://localhost:8000", "streams": false},
              "statsd": {"host": "10.1.2.3", "port": "9125"},
              "canary-when": [{"headers": {"X-User-Group": "beta"}}],
              "canary-fallback": {"statuses": ["5xx"]},
              "rate-limit": {"requests": 100},
              "mirror": {"to": "canary"},
              "preserve-host": true,
              "request-headers": {"set": {"X-Env": "test"}},
              "response-headers": {"remove": ["Server"]},
              "rewrite-prefix": "/shop",
              "redirect": {"scheme": "https"},
              "interceptors": ["body"],
              "extensions": {"mine": {"a": 1}},
              "sidecar-address": "shop.decide",
              "verticles": ["proxy", "sidecar-client"],
              "cluster": {"enabled": true, "host": "10.0.0.1", "port": 5702, "bus-port": 5703,
                "members": ["10.0.0.1:5702", "[::1]:5701"], "service-dns": "gateway.default.svc", "size": 5,
                "limits": "dynamodb",
                "name": "blue", "secret-file": "/secret",
                "tls": {"ca-file": "/ca", "cert-file": "/cert", "key-file": "/key"}}
            }
            """);

    assertThat(values.texts().keySet())
        .as("all keys are in this test")
        .isEqualTo(Settings.byName().keySet());
    assertThat(MetricsConfig.of(values).admin())
        .isEqualTo(new AdminConfig(Optional.of(Path.of("/token"))));
    assertThat(GatewayConfig.of(values))
        .isEqualTo(
            new GatewayConfig(
                new ServerConfig(
                    "0.0.0.0",
                    2345,
                    Duration.ofSeconds(6),
                    Duration.ofSeconds(16),
                    Duration.ofSeconds(121),
                    Duration.ofSeconds(11),
                    65,
                    4096,
                    5000,
                    true,
                    false,
                    true,
                    Optional.of(
                        new ServerTls(
                            new TlsFiles(
                                List.of(
                                    new PemPair(Path.of("/cert"), Path.of("/key")),
                                    new Keystore(Path.of("/store"), Path.of("/password"))),
                                Optional.of(
                                    new TlsFiles.Authority("client-ca-file", Path.of("/ca")))),
                            ServerTls.ClientAuth.REQUIRE,
                            ServerTls.MinVersion.TLS_1_3))),
                new InstrumentationConfig(
                    "::1",
                    9999,
                    List.of("ops.example.org"),
                    List.of("https://shop.example.org", "http://localhost:3000"),
                    Optional.of(
                        new ServerTls(
                            new TlsFiles(
                                List.of(new Keystore(Path.of("/admin"), Path.of("/secret"))),
                                Optional.empty()),
                            ServerTls.ClientAuth.NONE,
                            ServerTls.MinVersion.TLS_1_2))),
                RouteTable.of(values, null), // RouteConfigTest has them.
                new RoutingConfig(
                    false,
                    XCanary.TRUSTED,
                    TargetUrls.parse("http://main:81/m?a=1,http://main-2:82/m?a=1"),
                    "main.example.com",
                    TargetUrls.parse("https://[::1]/c"),
                    "canary.example.com:444",
                    Strategy.SIDECAR,
                    true,
                    HttpUrl.parse("http://sidecar/s"),
                    "shop.decide",
                    201,
                    202,
                    SidecarBody.NONE,
                    1024,
                    "/trim",
                    new BreakerLimits(300, 500),
                    ErrorStatuses.of(List.of("5xx", "429")),
                    Duration.ofMinutes(5),
                    "second try",
                    List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("::1")),
                    77,
                    Optional.of(
                        new HealthCheckConfig(
                            "/up?x=1", Duration.ofSeconds(3), Duration.ofMillis(400), 4, 5))),
                new HttpClientConfig(
                    Duration.ofSeconds(7),
                    71,
                    72,
                    Duration.ofSeconds(73),
                    true,
                    true,
                    new ClientTls(
                        Optional.of(Path.of("/ca")),
                        Optional.of(new PemPair(Path.of("/cert"), Path.of("/key"))),
                        "main.internal"),
                    UpstreamHttp2.AUTO),
                new HttpClientConfig(
                    Duration.ofMillis(250),
                    81,
                    82,
                    Duration.ofMillis(1500),
                    true,
                    true,
                    new ClientTls(Optional.of(Path.of("/sidecar-ca")), Optional.empty(), ""),
                    UpstreamHttp2.OFF),
                new LogConfig(LogLevel.DEBUG, true, true),
                new AccessLogConfig(AccessLogFormat.JSON, Optional.of(Path.of("/access.log"))),
                new TracingConfig(
                    Optional.of(HttpUrl.parse("https://collector:4317")),
                    OtlpProtocol.GRPC,
                    0.05,
                    "edge"),
                Transport.NIO,
                new DemoConfig(true, 1, 2, 3, 0.25),
                new FlagsConfig(Path.of("/etc/flagz"), true),
                Optional.of(
                    new EtcdConfig(
                        List.of(HttpUrl.parse("https://one:2379"), HttpUrl.parse("https://two")),
                        "/x/",
                        "u",
                        "/p",
                        "/ca",
                        "/cert",
                        "/key",
                        "etcd")),
                new RolloutConfig(0.25, OptionalDouble.of(0.5), "X-Sticky", "sticky", "X-User"),
                new DaemonConfig(
                    Optional.of(Path.of("/run/d.sock")), "shop", Path.of("/state"), true),
                Optional.of(
                    new DynamoDbConfig(
                        "Rollouts",
                        "eu-west-1",
                        URI.create("http://localhost:8000"),
                        "shop",
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(3),
                        false)),
                Optional.of(new StatsdConfig("10.1.2.3", 9125)),
                new ExtensionsConfig(Map.of("mine", "{\"a\":1}")),
                new ClusterConfig(
                    true,
                    "10.0.0.1",
                    5702,
                    5703,
                    List.of(new Member("10.0.0.1", 5702), new Member("[::1]", 5701)),
                    "gateway.default.svc",
                    5,
                    new ClusterConfig.Place(0, false),
                    ClusterLimits.DYNAMODB,
                    "blue",
                    Optional.of(Path.of("/secret")),
                    Optional.of(
                        new ClusterConfig.Tls(Path.of("/ca"), Path.of("/cert"), Path.of("/key")))),
                Set.of(VerticleName.PROXY, VerticleName.SIDECAR_CLIENT)));
  }

  private static GatewayConfig read(String json) throws ConfigException {
    return GatewayConfig.of(ConfigReader.read(json));
  }
}
