package io.canarygateway.config;

/** How sockets are served. */
public enum Transport {
  /** The fastest that works on this machine. */
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
