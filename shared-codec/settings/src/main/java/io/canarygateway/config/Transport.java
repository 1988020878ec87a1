package io.canarygateway.config;

/** The implementation of sockets. */
public enum Transport {
  /** The fastest that works on this machine. */
  AUTO,
  /** Linux io_uring. */
  IO_URING,
  /** Linux epoll. */
  EPOLL,
  /** macOS kqueue. */
  KQUEUE,
  /** Java's own, on all systems. */
  NIO
}
