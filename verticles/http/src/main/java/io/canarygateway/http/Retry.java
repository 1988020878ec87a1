package io.canarygateway.http;

/** What begins another attempt of a call. */
interface Retry {

  /**
   * Begins another attempt, unless there were enough.
   *
   * @param unprocessed whether the upstream did nothing with the request
   * @return whether another attempt has begun
   */
  boolean begins(boolean unprocessed);
}
