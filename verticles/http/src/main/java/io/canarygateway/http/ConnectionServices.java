package io.canarygateway.http;

/** The part of a {@link ServerLoop} that its connections use. Confined to the event loop. */
interface ConnectionServices {

  /** The receiver of requests. */
  ServerHandler handler();

  /** The deadlines of the event loop's clients. */
  ClientDeadlines deadlines();

  /** The parsers of request heads. */
  HeadParsers parsers();

  /** Whether each response has to say that it is the last one of its connection. */
  boolean draining();

  /** Whether each connection is closed after its current request. */
  boolean closing();

  /** Registers a new connection, and starts the deadline for its first head. */
  void opened(ServedConnection connection, Deadlines.Deadline deadline);

  /** A connection's first request has begun, or the connection has ended without one. */
  void begun();

  /** Removes a connection that was closed. */
  void closed(ServedConnection connection);
}
