package io.canarygateway.extension;

/**
 * An addition of a user to the gateway. Implementations have a public constructor without
 * parameters.
 */
public interface Extension extends AutoCloseable {

  /**
   * {@return the name of this extension in the configuration's section {@code extensions}, in logs
   * and in health}
   */
  String name();

  /**
   * Releases all resources. Called once, on a thread that may block, even if the extension was
   * never opened.
   */
  @Override
  void close();
}
