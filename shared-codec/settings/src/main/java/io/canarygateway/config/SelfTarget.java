package io.canarygateway.config;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds targets that are the gateway's own listener, so that each request would come back. No name
 * is looked up; a loop through a name is found when a request comes back (508).
 */
final class SelfTarget {

  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");
  private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])";

  /** Java reads texts of these forms as addresses, without asking a name server. */
  private static final Pattern ADDRESS =
      Pattern.compile(BYTE + "(\\." + BYTE + "){3}|[0-9a-f.]*:[0-9a-f:.]*");

  private static final String OWN_NAME = ownName();

  private SelfTarget() {}

  /**
   * Checks the targets of one route.
   *
   * @param prefix the beginning of the names of the route's flags; empty for the top level
   * @param values what the route sets and inherits, by the names of the top level
   */
  static List<GatewayConfig.Conflict> conflicts(String prefix, FlagValues values) {
    List<GatewayConfig.Conflict> conflicts = new ArrayList<>();
    if (!GatewayConfig.verticlesOf(values).contains(VerticleName.PROXY)) {
      return conflicts;
    }
    ServerConfig server = ServerConfig.of(values);
    for (Flag<TargetUrls> target : List.of(Settings.MAIN_TARGET, Settings.CANARY_TARGET)) {
      TargetUrls urls = values.get(target);
      if (urls != null) {
        check(prefix + target.name(), urls.urls(), server, conflicts);
      }
    }
    RouteSettings.value(values, RouteSettings.MIRROR)
        .flatMap(MirrorConfig::to)
        .ifPresent(
            url -> check(prefix + RouteSettings.MIRROR.name(), List.of(url), server, conflicts));
    return conflicts;
  }

  private static void check(
      String key, List<HttpUrl> urls, ServerConfig server, List<GatewayConfig.Conflict> conflicts) {
    if (server.port() != 0) {
      urls.stream()
          .filter(url -> url.port() == server.port() && isListener(url.host(), server.host()))
          .findFirst()
          .ifPresent(url -> conflicts.add(conflict(key, url)));
    }
  }

  private static GatewayConfig.Conflict conflict(String key, HttpUrl url) {
    return new GatewayConfig.Conflict(
        Problem.ofText(
            key,
            url.toString(),
            "another server than this gateway, which listens on router-server.port " + url.port()),
        Set.of(key, ServerSettings.PORT.name(), ServerSettings.HOST.name()));
  }

  /** Whether a connection to a host reaches a listener of this machine. */
  private static boolean isListener(String host, String listener) {
    String name = host.toLowerCase(Locale.ROOT);
    if (name.equals(listener.toLowerCase(Locale.ROOT))) {
      return true;
    }
    if (!ADDRESS.matcher(name).matches()) {
      boolean local = name.equals("localhost") || name.endsWith(".localhost");
      return local ? reaches(InetAddress.getLoopbackAddress(), listener) : isOwnName(name);
    }
    try {
      return reaches(InetAddress.getByName(name), listener);
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static boolean reaches(InetAddress target, String listener) {
    if (!target.isAnyLocalAddress() && !isOwn(target)) {
      return false;
    }
    if (listener.equals("localhost")) {
      return target.isAnyLocalAddress() || target.equals(InetAddress.getLoopbackAddress());
    }
    if (!ADDRESS.matcher(listener).matches()) {
      return false;
    }
    try {
      InetAddress address = InetAddress.getByName(listener);
      // A connection to 0.0.0.0 goes to 127.0.0.1.
      return address.isAnyLocalAddress()
          || address.equals(target)
          || target.isAnyLocalAddress() && address.equals(InetAddress.getLoopbackAddress());
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static boolean isOwn(InetAddress address) {
    try {
      return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      return false;
    }
  }

  private static boolean isOwnName(String name) {
    return name.equals(OWN_NAME);
  }

  /** Read once: it is compared with each target of each route. */
  private static String ownName() {
    try {
      return Files.isReadable(HOST_NAME)
          ? Files.readString(HOST_NAME).strip().toLowerCase(Locale.ROOT)
          : "";
    } catch (IOException e) {
      return "";
    }
  }
}
