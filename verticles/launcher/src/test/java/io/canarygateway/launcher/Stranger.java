package io.canarygateway.launcher;

import io.canarygateway.fixtures.Certificates;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Somebody who knows a port of a node and the protocols that might be spoken there. */
record Stranger(int port, Certificates certificates) {

  private static final String HOST = "127.0.0.1";
  private static final int DEPTH = 60;
  private static final long SEED = 20_261_130;
  private static final int WAIT_MS = 20;

  private interface Talk {
    void with(OutputStream out) throws IOException;
  }

  /** Connects, talks, and waits for a moment whether anything comes back. */
  private void talk(Talk talk) {
    try (Socket socket = new Socket(HOST, port)) {
      socket.setSoTimeout(WAIT_MS);
      talk.with(socket.getOutputStream());
      socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      // Refused, or nothing came.
    }
  }

  /** Connections that say nothing. */
  List<Socket> silent(int count) throws IOException {
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sockets.add(new Socket(HOST, port));
    }
    return sockets;
  }

  static boolean isClosed(Socket socket) {
    try {
      socket.setSoTimeout(1);
      return socket.getInputStream().readAllBytes().length >= 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  /** The packets that hurt older gateways: a length of 2 GB, and objects in a frame. */
  void knownPackets() throws IOException {
    byte[] junk = new byte[1 << 16];
    talk(
        out -> {
          out.write(HexFormat.of().parseHex("7ffffff0"));
          for (int i = 0; i < 16; i++) {
            out.write(junk);
          }
        });
    byte[] objects = nestedSets();
    talk(
        out -> {
          DataOutputStream data = new DataOutputStream(out);
          data.write("HZC".getBytes(StandardCharsets.US_ASCII));
          data.writeInt(objects.length + 12);
          data.writeInt(0);
          data.writeInt(-100);
          data.write(objects);
        });
  }

  /** Java objects as they are, and behind each length that a protocol could have. */
  void javaObjects() throws IOException {
    byte[] objects = nestedSets();
    talk(out -> out.write(objects));
    talk(
        out -> {
          DataOutputStream data = new DataOutputStream(out);
          data.writeInt(objects.length);
          data.write(objects);
        });
  }

  /** Sets in sets: their hash codes take 2^60 steps. */
  private static byte[] nestedSets() throws IOException {
    Set<Object> root = new HashSet<>();
    Set<Object> left = root;
    Set<Object> right = new HashSet<>();
    for (int i = 0; i < DEPTH; i++) {
      Set<Object> nextLeft = new HashSet<>();
      Set<Object> nextRight = new HashSet<>(Set.of("x"));
      left.add(nextLeft);
      left.add(nextRight);
      right.add(nextLeft);
      right.add(nextRight);
      left = nextLeft;
      right = nextRight;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(root);
    }
    return bytes.toByteArray();
  }

  void randomPackets(int count) {
    Random random = new Random(SEED);
    for (int i = 0; i < count; i++) {
      byte[] packet = new byte[1 + random.nextInt(512)];
      random.nextBytes(packet);
      try (Socket socket = new Socket(HOST, port)) {
        socket.getOutputStream().write(packet);
      } catch (IOException e) {
        // Closed before all was sent.
      }
    }
  }

  /** JGroups' greeting: cookie, version 5.2.22, address; then messages of every length. */
  void groupPackets() {
    for (int length : new int[] {Integer.MAX_VALUE, 0x7ffffff0, -1, 1 << 30, 65_536}) {
      talk(
          out -> {
            DataOutputStream data = new DataOutputStream(out);
            data.write(new byte[] {'b', 'e', 'l', 'a'});
            data.writeShort(5 << 11 | 2 << 6 | 22);
            data.writeShort(7);
            data.writeByte(4);
            data.write(InetAddress.getByName(HOST).getAddress());
            data.writeShort(7_800);
            data.writeInt(length);
            data.write(new byte[4_096]);
          });
    }
  }

  /** TLS without a certificate, with a stranger's, with an old version, and half a greeting. */
  void tls() throws Exception {
    for (String protocol : List.of("TLSv1.3", "TLSv1.2")) {
      for (boolean certificate : new boolean[] {false, true}) {
        for (int i = 0; i < 20; i++) {
          tls(protocol, certificate);
        }
      }
    }
    for (int i = 0; i < 50; i++) {
      talk(out -> out.write(HexFormat.of().parseHex("160301020001 0001fc0303".replace(" ", ""))));
    }
  }

  private void tls(String protocol, boolean certificate) throws Exception {
    SSLContext context = StrangersTls.context(certificate ? certificates : null);
    try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(HOST, port)) {
      socket.setSoTimeout(2_000);
      socket.setEnabledProtocols(new String[] {protocol});
      socket.startHandshake();
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      byte[] objects = nestedSets();
      out.writeInt(objects.length);
      out.write(objects);
      out.flush();
      if (socket.getInputStream().read() >= 0) {
        throw new AssertionError("a node answered a stranger");
      }
    } catch (IOException e) {
      // Refused.
    }
  }
}
