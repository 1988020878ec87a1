package io.canarygateway.config;

import io.canarygateway.flags.Flag;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes {@code conf/README.md}: every setting by section, and the example files. */
final class ConfReference {

  /** The command that writes the file anew, for the file itself and for the failing test. */
  static final String COMMAND =
      "mvn -q -pl shared-codec/settings -am test -Dtest=ConfReferenceTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dconf.write";

  /** The example files beside the document, with their purpose. */
  static final Map<String, String> EXAMPLES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("gateway.json", "every key, with its default or an example"),
              Map.entry(
                  "schema.json",
                  "the JSON Schema of the configuration, for editors; `--schema` prints it"),
              Map.entry(
                  "prometheus-rules.yaml", "alerts, and rules that record main beside canary"),
              Map.entry(
                  "prometheus-rules-test.yaml",
                  "their test: `promtool test rules prometheus-rules-test.yaml`"),
              Map.entry("grafana-dashboard.json", "a board for Grafana"),
              Map.entry("Dockerfile", "a container image"),
              Map.entry("Dockerfile.dockerignore", "what the image is built from"),
              Map.entry("canary-router.json", "a configuration of canary-router, unchanged"),
              Map.entry("demo.json", "the demo that starts without a configuration"),
              Map.entry("etcd.json", "flags from etcd"),
              Map.entry(
                  "routes.json",
                  "five routes: many services in one gateway, with the demo's servers"),
              Map.entry("rollout.json", "a sticky percentage of clients, and the daemon"),
              Map.entry(
                  "release.json",
                  "a release of the demo's canary, which fails once `demo.canary-failure-rate` is"
                      + " raised"),
              Map.entry("interceptor.json", "a route whose JSON bodies are rewritten"),
              Map.entry("cluster.json", "several nodes as one gateway"),
              Map.entry(
                  "dynamodb-table.json",
                  "the rollouts' table: `aws dynamodb create-table --cli-input-json"
                      + " file://dynamodb-table.json`"),
              Map.entry("kubernetes.yaml", "a Deployment with flags from a ConfigMap"),
              Map.entry("kubernetes-cluster.yaml", "three nodes as one gateway in Kubernetes"),
              Map.entry("canary-gateway.service", "a systemd unit"),
              Map.entry("gateway", "the start script, with measured JVM options"),
              Map.entry("logback.xml", "the log's format, for changes of your own"),
              Map.entry("nginx-lua.conf", "nginx as a client of the daemon"),
              Map.entry("haproxy.cfg", "HAProxy as a client of the daemon"),
              Map.entry("haproxy-daemon.lua", "the Lua part of `haproxy.cfg`")));

  private static final String HEAD =
      """
      # Configuration

      <!-- Generated from the settings' flags. Do not edit; write it anew with:
      %s -->

      `java -jar gateway-fat.jar -conf FILE` reads one JSON document. A canary-router `config.json` is one. Every key is also a flag:
      its name is its path in the document, such as `circuit-breaker.error-limit-canary`, and `/debug/flagz` shows its value.

      - The smallest document has `main-target` and `canary-target`, or `routes`.
      - A key marked † is canary-router's, with its name, meaning and default.
      - `live`: a new value counts for the next request. `restart`: it counts after a restart.
      - A duration is Go syntax (`250ms`, `1m30s`), or a bare number of seconds. Where a timeout may be 0, it is 24 h, the longest; `drain-timeout` of 0 ends requests at once.
      - Ports and other numbers may be strings. Lists may be one string with commas.
      - The key `NAME_path` names a file that holds the value of `NAME`.
      - A document with any problem is refused as a whole, and all problems are listed. While running, the old values stay.
      """;

  private record Section(String prefix, String title, String about) {}

  /** A flag belongs to the first section whose prefix fits. */
  private static final List<Section> SECTIONS =
      List.of(
          new Section(
              "circuit-breaker.",
              "Circuit breaker",
              "Limits of the requests that the strategy sends to canary. Neither is ever exceeded."),
          new Section(
              "health-check.",
              "Health checks",
              "One checker in the process asks each address of main and canary. An address is healthy"
                  + " until checks fail. The\nfirst check of a new address begins at once."),
          new Section(
              "rollout.",
              "Rollout",
              "The share of clients that goes to canary, with the strategy `rollout`."),
          new Section(
              "release.",
              "Releases",
              "A release raises canary's share of clients step by step, and reverts it by evidence:"
                  + " [guide/releases.md](guide/releases.md)."),
          new Section(
              "router-server.",
              "Listener of clients",
              "The address that clients connect to. `max-connections` of 0 means the least of: 50,000;"
                  + " two thirds\nof the open files (`ulimit -n`) that nothing else needs; half of the"
                  + " heap at 5 KB each. Clients, main and canary\ntogether use at most four fifths of"
                  + " those files, so that sources and health always have some."),
          new Section(
              "proxy-client.to-main-and-canary.",
              "Connections to main and canary",
              "Connections are divided among the event loops, one per core; each gets at least one."),
          new Section(
              "proxy-client.to-sidecar.",
              "Connections to the sidecar",
              "Connections are divided among the event loops here too."),
          new Section(
              "instrumentation.",
              "Instrumentation",
              "The listener of metrics, health, `/debug/flagz` and the API."),
          new Section("admin.", "Administration", "Who may change things by the API."),
          new Section(
              "log.",
              "Log",
              "JSON lines on stdout. In dumps, headers and query parameters are masked if their names"
                  + " contain `auth`, `cookie`,\n`token`, `secret`, `password`, `passwd`, `api-key`,"
                  + " `session`, `signature` or `credential`."),
          new Section(
              "access-log",
              "Access log",
              "One line for each request, to a file or to stdout. No request waits for it: lines that"
                  + " cannot be written in time\nare dropped and counted."),
          new Section(
              "tracing.",
              "Tracing",
              "Spans for an OpenTelemetry collector: [guide/operating.md](guide/operating.md). No"
                  + " request waits for it: spans that\ncannot be exported in time are dropped and"
                  + " counted."),
          new Section("flags.", "Flags", "A source of values, and flags of your own."),
          new Section("etcd.", "etcd", "A source of values."),
          new Section("dynamodb.", "DynamoDB", "A source of `rollout.canary` and `.maintenance`."),
          new Section(
              "daemon.",
              "Assignment daemon",
              "maxwells-daemon's Unix socket for nginx and others."),
          new Section("statsd.", "DogStatsD", "A receiver of maxwells-daemon's metrics, by UDP."),
          new Section("cluster.", "Cluster", "Several nodes as one gateway."),
          new Section("demo.", "Demo", "A main, a canary and a sidecar, all on 127.0.0.1."),
          new Section("", "Routing", "The targets, and how a request is decided."));

  private static final Section ROUTES =
      new Section(
          "",
          "Routes",
          "`routes` is an object: the name of a route, then its keys, so that the flag of a key is"
              + " `routes.NAME.KEY`.\nA route may have the keys of this table and these of the top level,"
              + " which it inherits except for its targets, redirect, release.version and circuit-breaker.generation:\n"
              + Settings.ofRoute().keySet().stream()
                  .filter(key -> !RouteSettings.OF_ROUTES.flags().containsKey(key))
                  .map(
                      key ->
                          key.replaceFirst(
                              "^(rollout|circuit-breaker|health-check|release)\\..*", "$1"))
                  .map(
                      key ->
                          key.replaceFirst(
                              "^proxy-client\\.to-main-and-canary\\..*",
                              "proxy-client.to-main-and-canary"))
                  .distinct()
                  .sorted()
                  .map(key -> "`" + key + "`")
                  .collect(Collectors.joining(", "))
              + ".\nThe flag `routes.NAME` holds a whole route as JSON, for etcd. It replaces all that"
              + " lower layers say of the route.\n[routes.md](guide/routes.md) has examples.");

  private static final Set<String> CLIENT_KEYS =
      Set.of(
          "timeout",
          "max-idle-conns",
          "idle-conn-timeout",
          "disable-compression",
          "tls.insecure-skip-verify");

  private static final Set<String> CANARY_ROUTER =
      Set.of(
          "router-server.host",
          "router-server.port",
          "router-server.read-timeout",
          "router-server.write-timeout",
          "router-server.idle-timeout",
          "main-target",
          "main-header-host",
          "canary-target",
          "canary-header-host",
          "sidecar-url",
          "main-sidecar-status",
          "canary-sidecar-status",
          "trim-prefix",
          "circuit-breaker.request-limit-canary",
          "circuit-breaker.error-limit-canary",
          "instrumentation.host",
          "instrumentation.port",
          "log.level",
          "log.debug-request-body",
          "log.debug-response-body");

  private ConfReference() {}

  static String markdown() {
    StringBuilder out = new StringBuilder(HEAD.formatted(COMMAND));
    Map<Section, List<Flag<?>>> bySection = new LinkedHashMap<>();
    // Routing is what most readers look for, so it comes first.
    bySection.put(SECTIONS.get(SECTIONS.size() - 1), new ArrayList<>());
    SECTIONS.forEach(section -> bySection.putIfAbsent(section, new ArrayList<>()));
    Settings.byName().values().forEach(flag -> bySection.get(sectionOf(flag.name())).add(flag));
    bySection.forEach((section, flags) -> table(out, section, flags));
    table(out, ROUTES, List.copyOf(RouteSettings.OF_ROUTES.flags().values()));
    out.append("\n## Example files\n\n| file | purpose |\n|---|---|\n");
    EXAMPLES.forEach((file, purpose) -> out.append("| `%s` | %s |\n".formatted(file, purpose)));
    return out.toString();
  }

  private static Section sectionOf(String name) {
    return SECTIONS.stream()
        .filter(section -> name.startsWith(section.prefix()))
        .findFirst()
        .orElseThrow();
  }

  private static void table(StringBuilder out, Section section, List<Flag<?>> flags) {
    out.append("\n## %s\n\n%s\n\n".formatted(section.title(), section.about()))
        .append("| key | type | default | change | meaning |\n|---|---|---|---|---|\n");
    flags.forEach(flag -> row(out, flag));
  }

  private static <T> void row(StringBuilder out, Flag<T> flag) {
    String shown = flag.display(flag.defaultValue());
    out.append(
        "| `%s`%s | %s | %s | %s | %s |\n"
            .formatted(
                flag.name(),
                isCanaryRouters(flag.name()) ? " †" : "",
                type(flag),
                shown.isEmpty() ? "not set" : "`" + shown + "`",
                flag.dynamic() ? "live" : "restart",
                flag.usage().replace("|", "\\|")));
  }

  private static boolean isCanaryRouters(String name) {
    String key = name.replaceFirst("^proxy-client\\.[a-z-]+\\.", "");
    return CANARY_ROUTER.contains(name) || !key.equals(name) && CLIENT_KEYS.contains(key);
  }

  /** The name of the type and its values, without words that the name says already. */
  private static String type(Flag<?> flag) {
    String values =
        flag.expected()
            .replaceFirst("^(a whole number|a number|seconds or a duration such as 250ms)", "")
            .replaceFirst("^(a string|true or false|a path)$", "")
            .replaceFirst("^(, | of )", "");
    return flag.type().name() + (values.isEmpty() ? "" : ": " + values.replace("|", "\\|"));
  }
}
