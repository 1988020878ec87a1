package io.canarygateway.flagwatcher;

import io.canarygateway.extension.FlagSource;
import io.canarygateway.extension.FlagUpdates;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Says something when it is opened, or hangs there. */
final class ScriptedFlags implements FlagSource {
  final Map<String, String> first;
  final CountDownLatch opening;
  final AtomicInteger opened = new AtomicInteger();
  final CompletableFuture<Map<String, String>> refused = new CompletableFuture<>();
  volatile String answeredOn = "";
  volatile FlagUpdates updates;

  ScriptedFlags(Map<String, String> first, CountDownLatch opening) {
    this.first = first;
    this.opening = opening;
  }

  @Override
  public String name() {
    return "sayings";
  }

  @Override
  public void open(String settings, FlagUpdates given) throws Exception {
    updates = given;
    opened.incrementAndGet();
    opening.await();
    given
        .replaceAll(first)
        .thenAccept(
            texts -> {
              answeredOn = Thread.currentThread().getName();
              refused.complete(texts);
            });
  }

  @Override
  public void close() {}
}
