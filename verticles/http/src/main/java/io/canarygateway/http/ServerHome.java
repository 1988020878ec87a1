package io.canarygateway.http;

/** What a client's connection needs of the event loop that it belongs to. */
interface ServerHome {

  ServerHandler handler();

  ClientDeadlines deadlines();

  /** Parsers of requests' heads. */
  HeadParsers parsers();

  /** Whether each response shall say that it is the last one. */
  boolean draining();

  /** Whether connections are closed after their request, whatever they said. */
  boolean closing();

  /** A connection was opened; it may be silent for as long as its first head may take. */
  void opened(ClientLink connection, Deadlines.Deadline deadline);

  /** A connection's first request has begun, or will not come. */
  void begun();

  /** A connection was closed. */
  void closed(ClientLink connection);
}
