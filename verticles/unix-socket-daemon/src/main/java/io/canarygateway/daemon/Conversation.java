package io.canarygateway.daemon;

import io.canarygateway.decision.Assignment;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;

/**
 * One connection: a line in, two lines out, and the end, unless it is kept alive. Input may come in
 * any pieces; of a line no more than an assignment may have is ever kept. On one context.
 */
final class Conversation {

  private final NetSocket socket;
  private final UnixSocketDaemonVerticle daemon;
  private final boolean keepAlive;
  private final boolean counted;
  private final byte[] line = new byte[Assignment.MAX_LENGTH + 1];
  private int length;
  private boolean tooLong;
  private boolean answeredAny;
  private boolean over;
  private Buffer answers;

  /** When the connection began or, if it is kept alive, its last line was answered. */
  private long quietSinceNanos = System.nanoTime();

  Conversation(
      NetSocket socket, UnixSocketDaemonVerticle daemon, boolean keepAlive, boolean counted) {
    this.socket = socket;
    this.daemon = daemon;
    this.keepAlive = keepAlive;
    this.counted = counted;
  }

  void begin() {
    socket.handler(this::read);
    socket.closeHandler(v -> closed());
    socket.exceptionHandler(failure -> socket.close());
  }

  private void read(Buffer input) {
    int from = 0;
    int size = input.length();
    while (!over && from < size) {
      from = readLine(input, from, size);
    }
    if (answers != null) {
      socket.write(answers);
      answers = null;
      daemon.wentOn(this);
    }
    if (over) {
      return;
    }
    if (size >= UnixSocketDaemonVerticle.READ_BYTES || socket.writeQueueFull()) {
      // There is more than one line of an honest client, or nobody reads the answers: all others
      // have their turn first.
      socket.pause();
      daemon.later(this::goOn);
    }
  }

  private void goOn() {
    if (socket.writeQueueFull()) {
      socket.drainHandler(v -> socket.resume());
    } else {
      socket.resume();
    }
  }

  /** Reads up to the end of a line, or of the input; where to go on. */
  private int readLine(Buffer input, int from, int size) {
    int i = from;
    while (i < size) {
      byte octet = input.getByte(i++);
      if (octet == '\n') {
        answer();
        return i;
      }
      if (length <= Assignment.MAX_LENGTH) {
        line[length++] = octet;
      }
      if (length > Assignment.MAX_LENGTH && !tooLong) {
        tooLong = true;
        if (!keepAlive) {
          answer(); // Whatever may still come: it is no assignment.
          return size;
        }
      }
    }
    return i;
  }

  private void answer() {
    long start = System.nanoTime();
    if (length > 0 && line[length - 1] == '\r') {
      length--;
    }
    Answer answer = tooLong ? daemon.refusing() : daemon.answerTo(line, length);
    length = 0;
    tooLong = false;
    answeredAny = true;
    if (keepAlive) {
      quietSinceNanos = start;
      // Those to all lines of the input are written together.
      answers =
          answers == null ? Buffer.buffer(answer.text()) : answers.appendString(answer.text());
    } else {
      over = true;
      socket.end(Buffer.buffer(answer.text()));
    }
    if (counted) {
      daemon.metrics().answered(answer, System.nanoTime() - start);
    }
  }

  private void closed() {
    over = true;
    daemon.closed(this);
    if (counted) {
      daemon.metrics().ended(answeredAny);
    }
  }

  boolean isQuietSince(long nanos) {
    return quietSinceNanos - nanos <= 0;
  }

  /** Ends the connection, whatever it is at. */
  void cut() {
    over = true;
    socket.close();
  }

  /** Ends a connection that is between two lines; others end by themselves or by their time. */
  void drain() {
    if (length == 0 && (answeredAny || keepAlive)) {
      cut();
    }
  }
}
