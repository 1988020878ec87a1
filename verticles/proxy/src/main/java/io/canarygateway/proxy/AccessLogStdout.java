package io.canarygateway.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.PrintStream;

/**
 * The access log on stdout, where the gateway's own log lines go, too. {@link PrintStream} writes
 * the bytes of one call together, so that lines of both stay whole.
 */
final class AccessLogStdout implements AccessLogOutput {

  @Override
  public WrittenLines write(ByteBuf lines) {
    PrintStream out = System.out;
    byte[] bytes = ByteBufUtil.getBytes(lines);
    out.write(bytes, 0, bytes.length);
    out.flush();
    return new WrittenLines(0, null); // A print stream does not tell what was lost.
  }

  @Override
  public void close() {}

  @Override
  public String toString() {
    return "stdout";
  }
}
