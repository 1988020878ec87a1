package io.canarygateway.launcher;

import io.canarygateway.config.AccessLogConfig;
import io.canarygateway.config.AdminConfig;
import io.canarygateway.config.ClusterConfig;
import io.canarygateway.config.ConfigException;
import io.canarygateway.config.ConfigReader;
import io.canarygateway.config.EtcdConfig;
import io.canarygateway.config.Extensions;
import io.canarygateway.config.FlagValues;
import io.canarygateway.config.GatewayConfig;
import io.canarygateway.config.IneffectiveSettings;
import io.canarygateway.config.Overview;
import io.canarygateway.config.Rehearsal;
import io.canarygateway.config.ServerConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Everything that is known before Vert.x starts: a valid configuration document, this node, and a
 * transport that works on this machine. {@code --check} prints it, a start uses it.
 */
record StartPlan(
    Arguments arguments,
    ConfigDocument document,
    FlagValues values,
    Node node,
    Transports.Choice transport) {

  /**
   * Reads and checks the configuration, and tries the transport; blocks for some 10 ms.
   *
   * @throws ConfigException with every fault
   */
  static StartPlan of(Arguments arguments) throws ConfigException {
    ConfigDocument document = ConfigDocument.of(arguments.configuration());
    FlagValues values = edit(arguments).apply(ConfigReader.read(document.text()));
    Node node = Node.of(ClusterConfig.of(values), arguments.clustered());
    ConfigException.checkAll(
        () -> checkTogether(values),
        () -> Extensions.check(values),
        () -> EtcdConfig.checkFiles(values),
        () -> ServerConfig.checkFiles(values),
        () -> AdminConfig.checkFile(values),
        () -> AccessLogConfig.checkFile(values),
        () -> node.check(values),
        () -> checkRehearsal(arguments, values));
    return new StartPlan(
        arguments,
        document,
        values,
        node,
        Transports.ofThisMachine().choose(GatewayConfig.transportOf(values)));
  }

  private static void checkRehearsal(Arguments arguments, FlagValues values)
      throws ConfigException {
    if (arguments.rehearsal()) {
      Rehearsal.check(values);
    }
  }

  private static UnaryOperator<FlagValues> edit(Arguments arguments) {
    return arguments.rehearsal() ? Rehearsal::of : UnaryOperator.identity();
  }

  /** What is changed in the values of the document, also when the document is edited. */
  UnaryOperator<FlagValues> edit() {
    return edit(arguments);
  }

  /** What another source may still bring is not missing yet. */
  private static void checkTogether(FlagValues values) throws ConfigException {
    if (GatewayConfig.hasSources(values)) {
      GatewayConfig.checkDocument(values);
    } else {
      GatewayConfig.of(values);
    }
  }

  /** The Vert.x launcher's arguments; they ask for a cluster also if only the document does. */
  String[] vertxArguments() {
    List<String> all = new ArrayList<>(arguments.forVertx());
    if (node.clustered()) {
      all.add("-cluster");
    }
    return all.toArray(String[]::new);
  }

  /**
   * What a gateway with these values does, by topic, one line each.
   *
   * @param version the gateway's version
   * @param inForce the document's values, or those that all sources together make
   */
  Map<String, String> summary(String version, FlagValues inForce) {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("version", version);
    lines.put("configuration", document.name());
    if (arguments.rehearsal()) {
      lines.put("rehearsal", Rehearsal.summary(inForce));
    }
    lines.putAll(Overview.of(inForce, document.name(), node.clustered()));
    lines.put("transport", transport.transport().name());
    if (!transport.skipped().isEmpty()) {
      lines.put("skipped", String.join("; ", transport.skipped()));
    }
    return lines;
  }

  /** The settings of the document that do nothing. */
  List<IneffectiveSettings.Ineffective> ineffective() {
    return IneffectiveSettings.of(values, node.clustered());
  }
}
