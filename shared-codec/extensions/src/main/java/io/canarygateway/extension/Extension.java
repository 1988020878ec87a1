package io.canarygateway.extension;

/** Something that a user added. Has a public constructor without parameters. */
public interface Extension extends AutoCloseable {

  /**
   * The key under which the configuration's {@code extensions} has the settings of this one; also
   * its name in logs and health.
   */
  String name();

  /**
   * Lets go of everything. Called once, on a thread that may block, whether it was opened or not.
   */
  @Override
  void close();
}
