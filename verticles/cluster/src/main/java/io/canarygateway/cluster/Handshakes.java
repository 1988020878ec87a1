package io.canarygateway.cluster;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The TLS handshakes of the membership's connections. Incoming ones have threads of their own, so
 * that a slow client delays nobody, and each has to end in 3 s.
 *
 * <p>At most {@value #MAX_OPEN} incoming connections are unproven at a time. One more closes the
 * oldest of them: a node's handshake takes milliseconds, so that silent strangers are older.
 */
final class Handshakes implements AutoCloseable {

  static final int MAX_OPEN = 64;
  private static final int MAX_THREADS = MAX_OPEN + 32;
  private static final long DEADLINE_MS = 3_000;
  private static final long IDLE_SECONDS = 10;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final NodeTls tls;
  private final Refusals refusals;
  private final ThreadPoolExecutor threads;
  private final ScheduledThreadPoolExecutor deadlines;

  /** The unproven connections, the oldest first. Guarded by itself. */
  private final Deque<TlsSocket> open = new ArrayDeque<>();

  Handshakes(NodeTls tls, Refusals refusals) {
    this.tls = tls;
    this.refusals = refusals;
    ThreadFactory daemons = daemons("cluster-handshake");
    threads =
        new ThreadPoolExecutor(
            0, MAX_THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), daemons);
    deadlines = new ScheduledThreadPoolExecutor(1, daemons("cluster-deadline"));
    deadlines.setRemoveOnCancelPolicy(true);
  }

  static ThreadFactory daemons(String name) {
    ThreadFactory threads = Executors.defaultThreadFactory();
    return task -> {
      Thread thread = threads.newThread(task);
      thread.setName(name);
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Makes the handshake of an outgoing connection on the calling thread. */
  void client(TlsSocket socket) throws IOException {
    handshake(socket, true);
  }

  /**
   * Makes the handshake of an incoming connection on another thread, and closes it if that fails.
   * Waits for a thread, so only one that accepts connections may call it.
   *
   * @param proven called with the connection once the other side has proven itself
   */
  void server(TlsSocket socket, Consumer<TlsSocket> proven) {
    TlsSocket oldest = null;
    synchronized (open) {
      open.add(socket);
      if (open.size() > MAX_OPEN) {
        oldest = open.poll();
      }
    }
    if (oldest != null) {
      oldest.abort();
    }
    while (!threads.isShutdown()) {
      try {
        threads.execute(() -> serve(socket, proven));
        return;
      } catch (RejectedExecutionException e) {
        // The threads of closed connections end within moments. New ones wait in the system.
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
    socket.abort();
  }

  private void serve(TlsSocket socket, Consumer<TlsSocket> proven) {
    try {
      handshake(socket, false);
      proven.accept(socket);
    } catch (IOException | RuntimeException e) {
      refusals.add(
          socket.getRemoteSocketAddress(),
          socket.isClosed() ? new IOException("no handshake in time", e) : e);
      socket.abort();
    } finally {
      forget(socket);
    }
  }

  private void forget(TlsSocket socket) {
    synchronized (open) {
      open.remove(socket);
    }
  }

  private void handshake(TlsSocket socket, boolean client) throws IOException {
    ScheduledFuture<?> deadline =
        deadlines.schedule(socket::abort, DEADLINE_MS, TimeUnit.MILLISECONDS);
    try {
      socket.secure(tls.over(socket, client));
    } finally {
      deadline.cancel(false);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    deadlines.shutdownNow();
    synchronized (open) {
      open.forEach(TlsSocket::abort);
      open.clear();
    }
  }
}
