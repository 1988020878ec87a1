package io.canarygateway.launcher;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An upstream on raw sockets. It keeps connections open, reads requests strictly, notes each by its
 * bytes, and answers with the bytes that a script sends.
 */
final class ScriptedUpstream implements AutoCloseable {

  static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private static final int BACKLOG = 500;
  private static final Script DEFAULT =
      (request, link) -> {
        link.readBody();
        link.send(request.method().equals("HEAD") ? OK.substring(0, OK.length() - 2) : OK);
      };

  /** Serves a request whose head was read. */
  interface Script {
    void serve(ReceivedRequest request, UpstreamLink link) throws IOException;
  }

  private final ServerSocket server;
  private final List<ReceivedRequest> received = new CopyOnWriteArrayList<>();
  private final List<String> faults = new CopyOnWriteArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Set<Integer> numbers = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private volatile Script script = DEFAULT;

  ScriptedUpstream() throws IOException {
    server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    daemon("scripted-upstream", this::accept);
  }

  /** Closes all connections, those that the gateway keeps for later too. */
  void closeConnections() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
  }

  String url() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  int port() {
    return server.getLocalPort();
  }

  /** From the next request on; requests under way end by the script that they began with. */
  void script(Script next) {
    script = next;
  }

  /** Reads each request whole, then answers with these bytes, the last ones for all that follow. */
  void answer(String... answers) {
    AtomicInteger count = new AtomicInteger();
    script =
        (request, link) ->
            link.readBody().send(answers[Math.min(count.getAndIncrement(), answers.length - 1)]);
  }

  /** What each request was, in the order of their heads. */
  List<ReceivedRequest> received() {
    return received;
  }

  List<String> lines() {
    return received.stream().map(ReceivedRequest::line).toList();
  }

  ReceivedRequest only() {
    if (received.size() != 1) {
      throw new AssertionError("not one request: " + received);
    }
    return received.get(0);
  }

  /** What the gateway sent that is no request, or one whose end is not plain. */
  List<String> faults() {
    return faults;
  }

  /** How many connections were opened so far. */
  int accepted() {
    return accepted.get();
  }

  /** How many connections are open. */
  int open() {
    return open.size();
  }

  /** Whether a connection, by its number, is open. */
  boolean isOpen(int number) {
    return numbers.contains(number);
  }

  /** Forgets what was received, and answers 200 again. */
  void reset() {
    script = DEFAULT;
    received.clear();
    faults.clear();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        int number = accepted.incrementAndGet();
        numbers.add(number);
        daemon("scripted-upstream-" + number, () -> serve(socket, number));
      } catch (IOException e) {
        // The test's end.
      }
    }
  }

  private void serve(Socket socket, int number) {
    try (socket) {
      UpstreamLink link = new UpstreamLink(socket, number);
      for (ReceivedRequest request = link.next(); request != null; request = link.next()) {
        received.add(request);
        script.serve(request, link);
        if (link.ended()) {
          link.awaitClosed();
          return;
        }
        link.readBody();
      }
    } catch (MessageReader.MalformedException e) {
      faults.add(e.getMessage());
    } catch (EOFException | SocketException e) {
      // The gateway gave a request up.
    } catch (IOException e) {
      faults.add(e.toString());
    } finally {
      open.remove(socket);
      numbers.remove(number);
    }
  }

  private static void daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
    closeConnections();
  }
}
