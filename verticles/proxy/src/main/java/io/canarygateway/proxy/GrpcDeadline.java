package io.canarygateway.proxy;

import io.canarygateway.http.RequestHead;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The time that a client of gRPC waits for a call, by its header {@code grpc-timeout}: up to eight
 * digits and a unit, such as {@code 250m} for 250 ms. Confined to the request's event loop.
 */
final class GrpcDeadline {

  static final String HEADER = "grpc-timeout";

  /** No such header. */
  static final long NONE = Long.MAX_VALUE;

  /** The header is malformed. */
  static final long MALFORMED = -1;

  private static final int MOST_DIGITS = 8;

  /** A longer time is as good as none. */
  private static final long LONGEST_NANOS = TimeUnit.DAYS.toNanos(1);

  private @Nullable Future<?> timer;

  /** The time in nanoseconds, or one of the constants. */
  static long nanos(RequestHead head) {
    String text = head.first(HEADER);
    if (text == null) {
      return NONE;
    }
    int digits = text.length() - 1;
    if (digits < 1 || digits > MOST_DIGITS) {
      return MALFORMED;
    }
    long number = 0;
    for (int i = 0; i < digits; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return MALFORMED;
      }
      number = number * 10 + digit;
    }
    TimeUnit unit = unit(text.charAt(digits));
    return unit == null ? MALFORMED : unit.toNanos(number);
  }

  private static @Nullable TimeUnit unit(char unit) {
    return switch (unit) {
      case 'H' -> TimeUnit.HOURS;
      case 'M' -> TimeUnit.MINUTES;
      case 'S' -> TimeUnit.SECONDS;
      case 'm' -> TimeUnit.MILLISECONDS;
      case 'u' -> TimeUnit.MICROSECONDS;
      case 'n' -> TimeUnit.NANOSECONDS;
      default -> null;
    };
  }

  /**
   * Begins a call's time.
   *
   * @param nanos the time; nothing happens if it is very long
   * @param over runs once, when the time is over
   */
  void begin(EventLoop loop, long nanos, Runnable over) {
    if (nanos < LONGEST_NANOS) {
      timer = loop.schedule(over, nanos, TimeUnit.NANOSECONDS);
    }
  }

  /** The call has ended. */
  void end() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }
}
