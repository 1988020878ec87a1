package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.canarygateway.config.ConfigException;
import io.canarygateway.config.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.EnumMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which transport is taken, and why another is not. */
class TransportsTest {

  /** Loses one byte of what it receives. */
  private static final class Lossy extends FaultyTransport {

    @Override
    Channel newClientChannel() {
      return new NioSocketChannel() {
        private boolean lost;

        @Override
        protected int doReadBytes(ByteBuf bytes) throws Exception {
          int read = super.doReadBytes(bytes);
          if (!lost && read > 1) {
            lost = true;
            bytes.writerIndex(bytes.writerIndex() - 1);
            return read - 1;
          }
          return read;
        }
      };
    }
  }

  /** Changes one byte of what it receives. */
  private static final class Garbling extends FaultyTransport {

    @Override
    Channel newClientChannel() {
      return new NioSocketChannel() {
        private boolean changed;

        @Override
        protected int doReadBytes(ByteBuf bytes) throws Exception {
          int read = super.doReadBytes(bytes);
          if (!changed && read > 0) {
            changed = true;
            int last = bytes.writerIndex() - 1;
            bytes.setByte(last, bytes.getByte(last) + 1);
          }
          return read;
        }
      };
    }
  }

  /** Never reads. */
  private static final class Silent extends FaultyTransport {

    @Override
    Channel newClientChannel() {
      return new NioSocketChannel() {
        @Override
        protected void doBeginRead() {}
      };
    }
  }

  /** Has no event loops, as where the kernel refuses to lock their memory. */
  private static final class Loopless extends FaultyTransport {

    @Override
    void beforeLoops() {
      throw new IllegalStateException("no loop", new java.io.IOException("Cannot allocate memory"));
    }
  }

  private static final class Missing extends FaultyTransport {

    @Override
    public boolean isAvailable() {
      return false;
    }

    @Override
    public Throwable unavailabilityCause() {
      return new UnsatisfiedLinkError("no library\nand a second line");
    }
  }

  enum Fault {
    LOSSY(new Lossy(), "of a transfer to client of 1000010 bytes 1000009 arrived"),
    GARBLING(new Garbling(), "bytes of a transfer to client changed"),
    SILENT(new Silent(), "a transfer to client stalled after 0 bytes"),
    LOOPLESS(new Loopless(), "has no event loop: Cannot allocate memory"),
    MISSING(new Missing(), "not available: no library");

    private final FaultyTransport transport;
    private final String reason;

    Fault(FaultyTransport transport, String reason) {
      this.transport = transport;
      this.reason = reason;
    }
  }

  private static Transports offering(FaultyTransport epoll) {
    EnumMap<Transport, io.vertx.core.transport.Transport> candidates =
        new EnumMap<>(Transport.class);
    candidates.put(Transport.EPOLL, epoll);
    candidates.put(Transport.NIO, io.vertx.core.transport.Transport.NIO);
    return new Transports(candidates);
  }

  @ParameterizedTest
  @EnumSource
  void autoTakesTheFirstThatWorks(Fault fault) throws Exception {
    Transports.Choice choice = offering(fault.transport).choose(Transport.AUTO);
    assertThat(choice.transport().name()).isEqualTo("nio");
    assertThat(choice.skipped()).containsExactly("epoll: " + fault.reason);
  }

  @ParameterizedTest
  @EnumSource
  void aNamedOneThatDoesNotWorkIsAProblem(Fault fault) {
    ConfigException refused =
        catchThrowableOfType(
            ConfigException.class, () -> offering(fault.transport).choose(Transport.EPOLL));
    assertThat(refused.problems())
        .hasToString(
            "[transport: epoll (expected one that works here; epoll: " + fault.reason + ")]");
  }

  @Test
  void aTransportOfAnotherSystemIsAProblem() {
    ConfigException refused =
        catchThrowableOfType(
            ConfigException.class, () -> offering(new Lossy()).choose(Transport.KQUEUE));
    assertThat(refused.problems())
        .hasToString(
            "[transport: kqueue (expected one that works here; kqueue: not for this operating"
                + " system)]");
  }

  @Test
  void autoTakesTheFastest() throws Exception {
    Transports.Choice choice = offering(new FaultyTransport()).choose(Transport.AUTO);
    assertThat(choice.transport().name()).isEqualTo("faulty");
    assertThat(choice.skipped()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("io.canarygateway.launcher.WorkingTransports#names")
  void oneThatWorksPassesEachTime(Transport name) throws Exception {
    for (int i = 0; i < 5; i++) {
      assertThat(TransportProbe.faultOf(WorkingTransports.named(name))).isEmpty();
    }
  }
}
