package io.canarygateway.http;

import java.util.List;
import java.util.Random;

/** Random changes that break messages. */
final class Mutations {

  private static final String[] HOSTILE = {
    "\r\n",
    "\n",
    "\r",
    "\0",
    " ",
    ":",
    "\r\n\r\n",
    "0\r\n\r\n",
    "Content-Length: 3\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Transfer-Encoding: gzip\r\n",
    "Connection: close\r\n",
    "Connection: keep-alive, x\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "GET /evil HTTP/1.1\r\nHost: evil\r\n\r\n",
    "ffffffff\r\n",
    "1;" + "e".repeat(5_000),
    "X: " + "x".repeat(70_000),
    "X: y\r\n".repeat(300),
    "HTTP/1.1 103 Hint\r\n\r\n".repeat(20),
  };

  private Mutations() {}

  static String mutate(String text, Random random) {
    StringBuilder mutated = new StringBuilder(text);
    for (int left = random.nextInt(4); left > 0 && mutated.length() > 1; left--) {
      int at = random.nextInt(mutated.length());
      int to = Math.min(mutated.length(), at + 1 + random.nextInt(20));
      switch (random.nextInt(6)) {
        case 0 -> mutated.setCharAt(at, (char) random.nextInt(256));
        case 1 -> mutated.delete(at, to);
        case 2 -> mutated.insert(at, mutated.substring(at, to));
        case 3 -> mutated.insert(at, one(List.of(HOSTILE), random));
        case 4 -> mutated.setLength(at);
        default -> mutated.append(one(List.of(HOSTILE), random));
      }
    }
    return mutated.toString();
  }

  static <T> T one(List<T> of, Random random) {
    return of.get(random.nextInt(of.size()));
  }
}
