package io.canarygateway.cluster;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.Event;
import org.jgroups.Message;
import org.jgroups.PhysicalAddress;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.PingData;
import org.jgroups.protocols.PingHeader;
import org.jgroups.protocols.TCPPING;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.ByteArray;
import org.jgroups.util.NameCache;
import org.jgroups.util.Responses;

/**
 * Looks for other nodes where they are configured to be. Names are resolved at each look, so that a
 * name may come or change later. If no node can be reached, the first look ends at once, so that a
 * node alone does not wait for others.
 */
final class NodeDiscovery extends TCPPING {

  private final List<InetSocketAddress> configured;
  private final String serviceDns;
  private final int port;

  /**
   * A discovery.
   *
   * @param configured unresolved addresses
   * @param serviceDns a DNS name whose addresses are nodes, or empty
   * @param port the port of the nodes behind that name
   */
  NodeDiscovery(List<InetSocketAddress> configured, String serviceDns, int port) {
    this.configured = configured;
    this.serviceDns = serviceDns;
    this.port = port;
    setId(ClassConfigurator.getProtocolId(TCPPING.class));
    initial_hosts_set_programmatically = true;
    // To resolve and to connect blocks, which a thread of its own may.
    async_discovery = true;
    // The node that lets others in may be one that the asking node does not know of.
    return_entire_cache = true;
  }

  @Override
  public void findMembers(List<Address> members, boolean first, Responses responses) {
    PhysicalAddress self =
        (PhysicalAddress) down(new Event(Event.GET_PHYSICAL_ADDRESS, local_addr));
    PingData data = new PingData(local_addr, false, NameCache.get(local_addr), self);
    if (members != null && members.size() <= max_members_in_discovery_request) {
      data.mbrs(members);
    }
    ByteArray body = marshal(data);
    boolean reached = false;
    for (PhysicalAddress node : candidates(self)) {
      if (((NodeTransport) getTransport()).reach(node)) {
        reached = true;
        Message question =
            new BytesMessage(node)
                .setFlag(Message.Flag.DONT_BUNDLE, Message.Flag.OOB)
                .setFlag(Message.TransientFlag.DONT_LOOPBACK)
                .putHeader(
                    id,
                    new PingHeader(PingHeader.GET_MBRS_REQ)
                        .clusterName(cluster_name)
                        .initialDiscovery(first));
        question.setArray(body);
        sendDiscoveryRequest(question);
      }
    }
    if (first && !reached) {
      responses.done();
    }
  }

  /** The configured nodes, and those that have been members or have asked. */
  private Set<PhysicalAddress> candidates(PhysicalAddress self) {
    Set<PhysicalAddress> found = new LinkedHashSet<>();
    for (InetSocketAddress member : configured) {
      resolve(member.getHostString(), member.getPort(), found);
    }
    if (!serviceDns.isEmpty()) {
      resolve(serviceDns, port, found);
    }
    if (dynamic_hosts != null) {
      found.addAll(dynamic_hosts);
    }
    found.remove(self);
    return found;
  }

  private static void resolve(String host, int port, Set<PhysicalAddress> found) {
    try {
      for (InetAddress address : InetAddress.getAllByName(host)) {
        found.add(new IpAddress(address, port));
      }
    } catch (UnknownHostException e) {
      // The name may be known at the next look.
    }
  }
}
