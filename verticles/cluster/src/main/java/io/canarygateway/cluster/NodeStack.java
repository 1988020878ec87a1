package io.canarygateway.cluster;

import java.net.InetAddress;
import java.util.List;
import org.jgroups.JChannel;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FRAG4;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.MFC;
import org.jgroups.protocols.UFC;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.util.SocketFactory;

/** JGroups' protocols as a node uses them: TCP on one port, and no multicast. */
final class NodeStack {

  private static final long JOIN_TIMEOUT_MS = 2_000;
  private static final long LEAVE_TIMEOUT_MS = 1_000;

  /** A node without a heartbeat for 10 s is removed from the cluster. */
  private static final long SILENCE_MS = 10_000;

  private static final long HEARTBEAT_MS = 2_000;
  private static final long VERIFY_MS = 1_500;

  /** Two parts of a cluster that were cut off from each other join again within 10 s. */
  private static final long MERGE_MIN_MS = 1_000;

  private static final long MERGE_MAX_MS = 3_000;
  private static final long MAX_CREDITS = 2_000_000;

  private NodeStack() {}

  /** A channel that is not connected yet. */
  static JChannel channel(
      ClusterOptions options, SocketFactory sockets, InetAddress host, InetAddress publicHost)
      throws Exception {
    NAKACK2 nakack = new NAKACK2().useMcastXmit(false).setXmitInterval(200);
    nakack.setResendLastSeqno(true);
    GMS gms =
        new GMS()
            .printLocalAddress(false)
            .setJoinTimeout(JOIN_TIMEOUT_MS)
            .setLeaveTimeout(LEAVE_TIMEOUT_MS);
    return new JChannel(
        List.of(
            new NodeTransport(sockets, host, publicHost, options.port()),
            new NodeDiscovery(options.members(), options.serviceDns(), options.port()),
            new MERGE3().setMinInterval(MERGE_MIN_MS).setMaxInterval(MERGE_MAX_MS),
            new FD_ALL3().setTimeout(SILENCE_MS).setInterval(HEARTBEAT_MS),
            new VERIFY_SUSPECT2().setTimeout(VERIFY_MS),
            nakack,
            new UNICAST3().setXmitInterval(200),
            new STABLE().setDesiredAverageGossip(5_000).setMaxBytes(1_000_000),
            gms,
            new UFC().setMaxCredits(MAX_CREDITS),
            new MFC().setMaxCredits(MAX_CREDITS),
            new FRAG4()));
  }
}
