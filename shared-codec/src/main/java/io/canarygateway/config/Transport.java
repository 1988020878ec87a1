package io.canarygateway.config;

/** How sockets are served. */
public enum Transport {
  /** The fastest that this machine offers. */
  AUTO,
  /** Linux io_uring. */
  IO_URING,
  /** Linux epoll. */
  EPOLL,
  /** macOS kqueue. */
  KQUEUE,
  /** Java's own, everywhere. */
  NIO
}
