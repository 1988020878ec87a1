package io.canarygateway.proxy;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/** Random ids in hexadecimal digits. Stateless. */
final class TraceIds {

  private static final int DIGITS_OF_LONG = 16;
  private static final long ONES = 0x0101_0101_0101_0101L;

  /** Eight bytes of an array as a number. */
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private TraceIds() {}

  /** An id of 128 random bits. */
  static String random(RandomGenerator random) {
    byte[] digits = new byte[2 * DIGITS_OF_LONG];
    writeTrace(random, digits, 0);
    return new String(digits, StandardCharsets.ISO_8859_1);
  }

  /** Writes 32 digits. All are 0 with a probability that does not matter. */
  static void writeTrace(RandomGenerator random, byte[] to, int from) {
    write(random.nextLong(), to, from);
    write(random.nextLong(), to, from + DIGITS_OF_LONG);
  }

  /** Writes 16 digits, not all of them 0. */
  static void writeSpan(RandomGenerator random, byte[] to, int from) {
    long bits = random.nextLong();
    write(bits == 0 ? 1 : bits, to, from);
  }

  private static void write(long bits, byte[] to, int at) {
    EIGHT.set(to, at, digits(bits >>> Integer.SIZE));
    EIGHT.set(to, at + Long.BYTES, digits(bits & 0xffff_ffffL));
  }

  /** Makes eight digits of 32 bits, all at once. */
  private static long digits(long bits) {
    long spread = (bits | bits << 16) & 0x0000_ffff_0000_ffffL;
    spread = (spread | spread << 8) & 0x00ff_00ff_00ff_00ffL;
    spread = (spread | spread << 4) & 0x0f0f_0f0f_0f0f_0f0fL;
    long letters = (spread + 0x0606_0606_0606_0606L) >>> 4 & ONES;
    return spread + '0' * ONES + letters * ('a' - '0' - 10);
  }
}
