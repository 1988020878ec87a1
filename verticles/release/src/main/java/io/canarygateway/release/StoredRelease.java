package io.canarygateway.release;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.canarygateway.judge.LatencyBounds;
import io.canarygateway.judge.Tally;
import io.canarygateway.judge.WeightCounts;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the store keeps of a release, as JSON. Immutable.
 *
 * @param format the version of this format, 3
 * @param sequence grows by one with each write, so that an old state is known as one
 * @param writer the write that made this state: the node and a number of its own
 * @param progress how far the release is
 * @param counts the counted clients of the run
 * @param failed the clients that are known to have failed, as base64 of longs
 * @param seen the clients that were seen, as base64; empty if nothing was counted
 * @param receipts the last receipts as JSON, the newest first
 */
record StoredRelease(
    int format,
    long sequence,
    String writer,
    Progress progress,
    List<WeightCounts> counts,
    String failed,
    String seen,
    List<String> receipts) {

  static final int FORMAT = 3;

  /** The format in which clients that were seen on canary had no sample of their own. */
  private static final int WITHOUT_CANARY = 1;

  /** The format in which clients were hashed without a secret. */
  private static final int WITHOUT_SECRET = 2;

  /** The most clients that are kept as having failed. */
  static final int MOST_FAILED = 1_024;

  /** The most bytes about clients that were seen, which is enough for 16,384 clients. */
  static final int MOST_SEEN_BYTES = 1 << 15;

  private static final int MOST_RECEIPTS = 5;
  private static final int MOST_RECEIPT_BYTES = 64 << 10;
  private static final int MOST_WEIGHTS = 128;
  private static final long MOST_COUNT = 1L << 53;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .build();

  StoredRelease {
    counts = List.copyOf(counts);
    receipts = List.copyOf(receipts);
  }

  /** A state that is not written yet. */
  static StoredRelease of(Progress progress, Tally counted, List<String> receipts) {
    return new StoredRelease(
        FORMAT,
        0,
        "",
        progress,
        counted.counts(),
        encode(counted.failedClients(MOST_FAILED)),
        Base64.getEncoder().encodeToString(counted.seenClients(MOST_SEEN_BYTES)),
        receipts);
  }

  /** This state as one write. */
  StoredRelease as(long newSequence, String newWriter) {
    return new StoredRelease(
        format, newSequence, newWriter, progress, counts, failed, seen, receipts);
  }

  /** The receipts with a newer one. Only so many are kept that the state stays small. */
  static List<String> receipts(String newest, List<String> before) {
    List<String> kept = new ArrayList<>();
    int bytes = 0;
    for (String each : Stream.concat(Stream.of(newest), before.stream()).toList()) {
      bytes += each.getBytes(StandardCharsets.UTF_8).length;
      if (!each.isEmpty() && bytes <= MOST_RECEIPT_BYTES && kept.size() < MOST_RECEIPTS) {
        kept.add(each);
      }
    }
    return kept;
  }

  /**
   * This state without the evidence about the split, if a person has accepted the split since the
   * known state. Whoever goes on with the state would hold the release again otherwise.
   */
  StoredRelease withRatioOf(@Nullable StoredRelease known) {
    boolean accepted =
        known != null
            && known.progress.isRunOf(progress)
            && known.progress.ratioResets() != progress.ratioResets();
    return accepted
        ? new StoredRelease(
            format,
            sequence,
            writer,
            progress,
            counts.stream().map(WeightCounts::withoutRatio).toList(),
            failed,
            seen,
            receipts)
        : this;
  }

  /**
   * Reads a state.
   *
   * @throws IllegalArgumentException if the text is none; the message says why
   */
  static StoredRelease parse(String text) {
    StoredRelease read;
    try {
      int format = JSON.readTree(text).path("format").asInt();
      if (format < WITHOUT_CANARY || format > FORMAT) {
        throw new IllegalArgumentException("format " + format + " (expected " + FORMAT + ")");
      }
      read = Objects.requireNonNull(JSON.readValue(text, StoredRelease.class));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    }
    StoredRelease now = read.ofThisFormat();
    now.check();
    return now;
  }

  private StoredRelease ofThisFormat() {
    return switch (format) {
      case WITHOUT_CANARY -> withSeen("");
      case WITHOUT_SECRET -> withSeen(seen.isEmpty() ? "" : withoutSecret(seen));
      default -> this;
    };
  }

  private StoredRelease withSeen(String newSeen) {
    return new StoredRelease(FORMAT, sequence, writer, progress, counts, failed, newSeen, receipts);
  }

  /** The run goes on with the secret 0, which hashes as before. */
  private static String withoutSecret(String seen) {
    byte[] clients = Base64.getDecoder().decode(seen);
    byte[] secretAndClients = new byte[Long.BYTES + clients.length];
    System.arraycopy(clients, 0, secretAndClients, Long.BYTES, clients.length);
    return Base64.getEncoder().encodeToString(secretAndClients);
  }

  private void check() {
    progress.check();
    require(counts.size() <= MOST_WEIGHTS, "counts");
    counts.forEach(StoredRelease::check);
    require(
        counts.stream().map(WeightCounts::weight).distinct().count() == counts.size(), "counts");
    require(receipts.size() <= MOST_RECEIPTS, "receipts");
    require(failedClients().length <= MOST_FAILED, "failed");
    tally();
  }

  private static void check(WeightCounts each) {
    require(each.weight() > 0 && each.weight() < 1, "counts.weight");
    require(
        areCounts(
            each.newCanary(),
            each.newMain(),
            each.canaryClients(),
            each.canaryClientsFailed(),
            each.canaryFailed(),
            each.mainFailed()),
        "counts");
    for (List<Long> slow : List.of(each.canarySlow(), each.mainSlow())) {
      require(slow.size() == LatencyBounds.COUNT, "counts of slow clients");
      slow.forEach(count -> require(areCounts(count), "counts of slow clients"));
    }
  }

  /** Whether numbers can be counts. Evidence of larger ones would not be exact. */
  private static boolean areCounts(long... numbers) {
    return LongStream.of(numbers).allMatch(each -> each >= 0 && each <= MOST_COUNT);
  }

  private static void require(boolean condition, String member) {
    if (!condition) {
      throw new IllegalArgumentException("impossible " + member);
    }
  }

  String text() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("numbers and texts can be written", e);
    }
  }

  /**
   * What was counted, to go on with.
   *
   * @throws IllegalArgumentException if the text does not say which clients were seen
   */
  Tally tally() {
    return Tally.of(counts, failedClients(), Base64.getDecoder().decode(seen));
  }

  /** The clients that are known to have failed. */
  long[] failedClients() {
    byte[] bytes = Base64.getDecoder().decode(failed);
    require(bytes.length % Long.BYTES == 0, "failed");
    long[] clients = new long[bytes.length / Long.BYTES];
    ByteBuffer.wrap(bytes).asLongBuffer().get(clients);
    return clients;
  }

  private static String encode(long[] clients) {
    ByteBuffer bytes = ByteBuffer.allocate(clients.length * Long.BYTES);
    bytes.asLongBuffer().put(clients);
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
