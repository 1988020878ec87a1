package io.canarygateway.daemon;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Asks the daemon before anybody else can. Its clients wait 8 ms and then go on without it, but the
 * first answers of a JVM, whose code is not loaded yet, take hundreds.
 */
final class Rehearsal {

  private static final int ROUNDS = 60;
  private static final String[] LINES = {"\n", "0.5\n", "none\n"};
  private static final long LIMIT_MS = 2_000;

  private final NetClient client;
  private final SocketAddress address;

  private Rehearsal(Vertx vertx, Path socket) {
    this.client = vertx.createNetClient();
    this.address = SocketAddress.domainSocketAddress(socket.toString());
  }

  /** Holds one; never fails, and never takes longer than two seconds. */
  static Future<Void> hold(Vertx vertx, Path socket) {
    Rehearsal rehearsal = new Rehearsal(vertx, socket);
    return rehearsal
        .rounds(ROUNDS)
        .timeout(LIMIT_MS, TimeUnit.MILLISECONDS)
        .otherwiseEmpty()
        .eventually(rehearsal.client::close);
  }

  private Future<Void> rounds(int left) {
    return left == 0
        ? Future.succeededFuture()
        : ask(LINES[left % LINES.length]).compose(answered -> rounds(left - 1));
  }

  private Future<Void> ask(String line) {
    return client
        .connect(address)
        .compose(
            socket -> {
              Promise<Void> closed = Promise.promise();
              socket.handler(answer -> socket.close());
              socket.closeHandler(v -> closed.complete());
              return socket.write(line).compose(written -> closed.future());
            });
  }
}
