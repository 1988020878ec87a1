package io.canarygateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** A handler that answers requests in random ways and checks their order. */
final class FuzzedHandler implements ServerHandler {

  static final String REFUSAL = "refused\n";

  private final Random random;
  private final Queue<String> wrong;
  private final AtomicInteger open = new AtomicInteger();
  private final Set<ClientAddress> refused = ConcurrentHashMap.newKeySet();
  private volatile Executor loop;

  FuzzedHandler(long seed, Queue<String> wrong) {
    this.random = new Random(seed);
    this.wrong = wrong;
  }

  void use(Executor newLoop) {
    loop = newLoop;
  }

  /** The number of streams that have not ended. */
  int open() {
    return open.get();
  }

  @Override
  public void malformed(ServerStream stream, Fault fault) {
    refused.add(stream.clientAddress());
    TestServer.answer(stream, 400, REFUSAL.getBytes(ISO_8859_1));
  }

  @Override
  public void request(ServerStream stream) {
    if (refused.contains(stream.clientAddress())) {
      wrong.add("runs behind a refusal: " + stream.head().method());
    }
    if (!isClear(stream.head())) {
      wrong.add("is not clear: " + stream.head().method() + " " + stream.head().path());
    }
    open.incrementAndGet();
    Answering answering = new Answering(stream);
    stream.listen(answering);
    switch (random.nextInt(6)) {
      case 0 -> answering.answer();
      case 1 -> {
        stream.closeAfter();
        answering.answer();
      }
      case 2 -> loop.execute(answering::answer);
      case 3 -> {
        stream.pauseBody();
        answering.read();
        loop.execute(answering::goOn);
      }
      default -> answering.read();
    }
  }

  private static boolean isClear(RequestHead head) {
    int lengths = head.count(HeaderName.CONTENT_LENGTH);
    List<String> codings = head.all(HeaderName.TRANSFER_ENCODING);
    return lengths + codings.size() <= 1
        && codings.stream().allMatch(coding -> coding.equalsIgnoreCase("chunked"))
        && head.all(HeaderName.CONTENT_LENGTH).stream().allMatch(s -> s.matches("[0-9]{1,18}"))
        && !(head.http10() && !codings.isEmpty())
        && head.count(HeaderName.HOST) <= 1
        && (head.http10() || head.has(HeaderName.HOST))
        && head.method().matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")
        && (head.path() + head.query()).chars().noneMatch(c -> c <= ' ' || c == 0x7f);
  }

  /** One request. */
  private final class Answering implements StreamListener, BodySink {

    private final ServerStream stream;
    private boolean over;

    Answering(ServerStream stream) {
      this.stream = stream;
    }

    void read() {
      if (stream.bodyLength() == 0) {
        answer();
      } else {
        stream.readBody(this);
      }
    }

    void goOn() {
      if (!over) {
        stream.resumeBody();
      }
    }

    void answer() {
      if (over) {
        return;
      }
      end();
      switch (random.nextInt(8)) {
        case 0 -> stream.abort();
        case 1 -> {
          stream.respond(head(Framing.CHUNKED), Framing.CHUNKED);
          stream.write(Bytes.of("part"));
          stream.cutOff();
        }
        case 2 -> {
          stream.respond(head(Framing.UNTIL_CLOSE), Framing.UNTIL_CLOSE);
          stream.write(Bytes.of("part"));
          stream.finish(Head.NONE);
        }
        default -> TestServer.answer(stream, 200, "fine\n".getBytes(ISO_8859_1));
      }
    }

    private ByteBuf head(long length) {
      HeadWriter writer = new HeadWriter().begin().text("HTTP/1.1 200 Test").endLine();
      if (length == Framing.CHUNKED) {
        writer.header("Transfer-Encoding", "chunked");
      }
      String connection = stream.connectionHeader(length);
      if (connection != null) {
        writer.header("Connection", connection);
      }
      return writer.end(ByteBufAllocator.DEFAULT, 20);
    }

    private void end() {
      over = true;
      open.decrementAndGet();
    }

    @Override
    public void part(ByteBuf part) {
      part.release();
      if (!over && random.nextInt(10) == 0) {
        answer();
      }
    }

    @Override
    public void end(Head trailers) {
      answer();
    }

    @Override
    public void clientGone() {
      if (over) {
        wrong.add("is heard of after its end");
      }
      end();
    }

    @Override
    public void bodyMalformed() {
      refused.add(stream.clientAddress());
      end();
      TestServer.answer(stream, 400, REFUSAL.getBytes(ISO_8859_1));
    }

    @Override
    public void bodyOverdue() {
      answer();
    }

    @Override
    public void unreadOverdue() {
      end();
      stream.abort();
    }

    @Override
    public void writabilityRestored() {}

    @Override
    public void bodyFlushed() {}
  }
}
