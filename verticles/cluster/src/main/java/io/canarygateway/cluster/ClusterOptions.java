package io.canarygateway.cluster;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where a node listens, which other nodes it looks for, and how nodes prove that they belong
 * together.
 *
 * @param host the address of this node that other nodes connect to; {@code 0.0.0.0} is every
 *     address of this machine
 * @param port the port of the membership on that address
 * @param busPort the port of the event bus on that address; 0 takes a free one
 * @param members where other nodes may be; unresolved, because names are resolved at each try
 * @param serviceDns a DNS name whose addresses are nodes with the same port, or empty
 * @param name the cluster's name; nodes with another name form another cluster
 * @param identity how nodes prove that they belong to the cluster
 */
public record ClusterOptions(
    String host,
    int port,
    int busPort,
    List<InetSocketAddress> members,
    String serviceDns,
    String name,
    Identity identity) {

  private static final String EVERY_ADDRESS = "0.0.0.0";
  private static final String LOOPBACK = "127.0.0.1";

  /**
   * Copies the list of members.
   *
   * @param host the address of this node that other nodes connect to
   * @param port the port of the membership on that address
   * @param busPort the port of the event bus on that address; 0 takes a free one
   * @param members where other nodes may be
   * @param serviceDns a DNS name whose addresses are nodes with the same port, or empty
   * @param name the cluster's name
   * @param identity how nodes prove that they belong to the cluster
   */
  public ClusterOptions {
    members = List.copyOf(members);
  }

  /**
   * The options of a node that looks for named members and lets the system choose the port of its
   * event bus.
   *
   * @param host the address of this node that other nodes connect to
   * @param port the port of the membership on that address
   * @param members other nodes, {@code host:port} each
   * @param name the cluster's name, {@code cluster.name} of the gateways
   * @param identity how nodes prove that they belong to the cluster
   * @return the options
   */
  public static ClusterOptions of(
      String host, int port, List<String> members, String name, Identity identity) {
    return new ClusterOptions(
        host, port, 0, members.stream().map(ClusterOptions::member).toList(), "", name, identity);
  }

  private static InetSocketAddress member(String text) {
    int colon = text.lastIndexOf(':');
    return InetSocketAddress.createUnresolved(
        text.substring(0, Math.max(0, colon)), Integer.parseInt(text.substring(colon + 1)));
  }

  /**
   * Returns the address under which other nodes reach this one. It differs from {@code host} only
   * if that means every address of this machine.
   *
   * @return a host name or an address
   */
  public String publicHost() {
    if (!host.equals(EVERY_ADDRESS)) {
      return host;
    }
    try {
      InetAddress named = InetAddress.getLocalHost();
      return named.isLoopbackAddress() ? firstAddress().orElse(LOOPBACK) : named.getHostAddress();
    } catch (IOException e) {
      return LOOPBACK;
    }
  }

  private static Optional<String> firstAddress() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
        .map(InetAddress::getHostAddress)
        .findFirst();
  }

  /** Whether the host means this machine alone. Resolves its name, so it blocks. */
  boolean isLoopback() {
    try {
      return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** The name of the group that JGroups drops messages of other groups by. */
  String groupName() {
    return name + identity.busSecret().map(secret -> "-" + secret.token()).orElse("");
  }
}
