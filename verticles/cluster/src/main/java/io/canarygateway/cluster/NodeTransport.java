package io.canarygateway.cluster;

import java.net.InetAddress;
import java.util.List;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.PhysicalAddress;
import org.jgroups.blocks.cs.Connection;
import org.jgroups.blocks.cs.ConnectionListener;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.TCP;
import org.jgroups.util.SocketFactory;

/**
 * The membership's connections: JGroups' {@code TCP}, on one port. If a member's connection breaks,
 * the member is suspected at once; so no further port is needed to notice that a process ended.
 */
final class NodeTransport extends TCP implements ConnectionListener {

  private static final int MAX_THREADS = 64;
  private static final int CONNECT_TIMEOUT_MS = 1_000;

  /** Far above the 64 kB that JGroups puts into one packet. */
  private static final int MAX_PACKET = 1 << 20;

  /**
   * JGroups' packets are at most 64 kB, so that a buffer of that size would be copied for nothing.
   */
  private static final int BUFFER = 16_384;

  private volatile boolean stopping;

  NodeTransport(SocketFactory sockets, InetAddress host, InetAddress publicHost, int port) {
    setId(ClassConfigurator.getProtocolId(TCP.class));
    setSocketFactory(sockets);
    setBindAddress(host);
    if (!host.equals(publicHost)) {
      setExternalAddr(publicHost);
    }
    setBindPort(port);
    setPortRange(0);
    setSockConnTimeout(CONNECT_TIMEOUT_MS);
    setMaxLength(MAX_PACKET);
    setBufferedInputStreamSize(BUFFER);
    setBufferedOutputStreamSize(BUFFER);
    tcpNodelay(true);
    logAcceptError(false);
    logDetails(false);
    // The lines would name the other cluster, and with that its token.
    setLogDiscardMessages(false);
    setLogDiscardMessagesVersion(false);
    getThreadPool().setMinThreads(0).setMaxThreads(MAX_THREADS);
  }

  /** Makes sure that the handler, which would answer anybody by UDP, is off. */
  @Override
  public void init() throws Exception {
    super.init();
    getDiagnosticsHandler().setEnabled(false);
  }

  @Override
  public void start() throws Exception {
    super.start();
    srv.addConnectionListener(this);
  }

  @Override
  public void stop() {
    stopping = true;
    super.stop();
  }

  /**
   * Connects to a node, if there is no connection yet. Blocks for the time of a connection and a
   * handshake.
   *
   * @return whether there is a connection now
   */
  boolean reach(PhysicalAddress node) {
    try {
      return srv.getConnection(node) != null;
    } catch (Exception e) {
      return false;
    }
  }

  @Override
  public void connectionClosed(Connection connection) {
    if (stopping || !(connection.peerAddress() instanceof PhysicalAddress broken)) {
      return;
    }
    Address member = getLogicalAddressCache().getByValue(broken);
    if (member != null) {
      up_prot.up(new Event(Event.SUSPECT, List.of(member)));
    }
  }

  @Override
  public void connectionEstablished(Connection connection) {
    // Only broken connections tell something.
  }
}
