package io.canarygateway.http;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Random tries. Most of a try is waiting for a timeout, so several threads try at the same time.
 */
final class Fuzzing {

  private static final int THREADS = 8;

  /** The fuzzing tests of this module, which share the time. */
  private static final int TESTS = 2;

  /** What one thread tries. */
  interface Tries extends AutoCloseable {

    /** Its name has all that is needed to repeat it. */
    void tryOne(Random random, String name) throws Exception;

    @Override
    void close() throws IOException;
  }

  private Fuzzing() {}

  /**
   * Lets each thread try for its part of {@code -Dfuzz.seconds}, the seconds of all threads of all
   * tests together. CI takes 60.
   *
   * @param make makes what a thread tries, of random numbers of its own
   */
  static void run(Maker make) throws Exception {
    long nanos = TimeUnit.SECONDS.toNanos(Integer.getInteger("fuzz.seconds", 4)) / TESTS / THREADS;
    long seed = System.nanoTime();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Callable<Integer>> all = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        long own = seed + i;
        all.add(() -> tries(make, own, nanos));
      }
      int tries = 0;
      for (Future<Integer> each : threads.invokeAll(all)) {
        tries += each.get();
      }
      System.out.println(tries + " tries");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AssertionError failed) {
        throw failed;
      }
      throw e;
    } finally {
      threads.shutdownNow();
    }
  }

  /** Makes what a thread tries. */
  interface Maker {

    Tries make(Random random) throws Exception;
  }

  private static int tries(Maker make, long seed, long nanos) throws Exception {
    Random random = new Random(seed);
    long end = System.nanoTime() + nanos;
    int tries = 0;
    try (Tries each = make.make(random)) {
      do {
        each.tryOne(random, seed + " " + tries++);
      } while (System.nanoTime() < end);
    }
    return tries;
  }
}
