package io.canarygateway.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MessageCodecsTest {

  private static final int OFFSET = 3;

  private static final JournalEntry ENTRY =
      new JournalEntry(
          1L << 40, "strategy", "main", "canary", "etcd", "/flagz/strategy", 7, "ops", "override");

  static Stream<Record> messages() {
    return messages(List.of(new FlagReport.Covered("conf", "0")));
  }

  /**
   * One message of each kind, and two of some.
   *
   * @param covered the covered values of the flag report, which version 1 does not have
   */
  private static Stream<Record> messages(List<FlagReport.Covered> covered) {
    return Stream.of(
        new SidecarRequest(
            "POST",
            "/päth",
            "q=1",
            List.of(new Header("A", "1"), new Header("A", "2")),
            Buffer.buffer(new byte[] {0, -1, 5}),
            "http://sidecar/s"),
        SidecarReply.ofStatus(204),
        SidecarReply.ofFailure(SidecarFailure.TIMEOUT),
        ComponentHealth.of("proxy", true, "detail"),
        new NodeSnapshot("n1", 2, Map.of("main-target", "http://m", "canary-target", "http://c")),
        new NodeReport("n1", "127.0.0.1:5701", 1L << 40, "811c9dc5", "00000001", true),
        new FlagOverride("strategy", Optional.empty(), "n1"),
        new FlagOverride("trim-prefix", Optional.of(""), "n1"),
        new RolloutReport("n1", "dynamodb", "0.25", "", 1_500),
        new MeterBatch(
            List.of(
                new MeterBatch.Count("handler.success", Map.of("location", "canary"), 1L << 33)),
            List.of(new MeterBatch.Samples("server.delay", List.of(0.25, 1e-3)))),
        new FlagReport(
            3,
            "811c9dc5",
            "00000001",
            List.of(
                new FlagReport.FlagState(
                    "a",
                    "int64",
                    "usage",
                    "1",
                    "0",
                    true,
                    false,
                    "etcd",
                    "/gateway/flagz/a at 12",
                    1L << 40,
                    2,
                    "old",
                    covered)),
            List.of(new FlagReport.Refusal("b", "directory", "x", "expected ä", 5)),
            List.of(new ComponentHealth("etcd", ComponentHealth.Status.DEGRADED, "unreachable"))),
        new BreakerTrips(Set.of(), Set.of("")),
        new RouteRollouts(
            "n1",
            "dynamodb",
            List.of(
                new RouteRollouts.OfRoute("shop", "shop-app", "0.25", "", 1_500),
                new RouteRollouts.OfRoute("cart", "cart", "0", "1", 0))),
        new ReleaseCommand("shop", "pause", "ops"),
        new ReleaseVerdict("", "v2", "reverted", true, "n1", "", 1L << 40, "{}"),
        new ReleaseReports(
            List.of(
                new ReleaseReports.OfRoute(
                    "shop",
                    "v2",
                    "act",
                    "running",
                    "reason",
                    2,
                    4,
                    0.05,
                    0.01,
                    1L << 40,
                    1L << 41,
                    List.of(new ReleaseReports.Counts(0.01, 1, 2, 3, 4)),
                    new ReleaseReports.Evidence(1, 2, 3, 4, 5, 6, 7, 8, 9),
                    List.of("needs"),
                    List.of("{}"),
                    new ReleaseReports.Rehearsals(1, 2, 3)))),
        new NodeScores(
            "n1",
            true,
            List.of(
                new NodeScores.OfRoute(
                    "shop",
                    "v2",
                    List.of(
                        new NodeScores.Stream(
                            "loop-1",
                            1L << 40,
                            List.of(
                                new NodeScores.Segment(
                                    0.05, Buffer.buffer(new byte[NodeScores.OUTCOME_BYTES])))))))),
        new OverrideCommand("strategy", Optional.of("\"canary\""), "token 127.0.0.1"),
        new OverrideCommand("strategy", Optional.empty(), ""),
        new OverrideResult("strategy", "canary", "override", 1L << 33),
        ENTRY,
        new Journal(List.of(ENTRY)),
        new NodeHealth("n1", ComponentHealth.Status.DEGRADED, "etcd: unreachable"));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void aMessageSurvivesTheWire(Record message) {
    assertThat(decode(encode(message), message.getClass())).isEqualTo(message);
  }

  /**
   * The wire form of version 1. A changed message needs a new version, and must still read this
   * one, because nodes of version 1 may be running. Never edit a line of the file.
   */
  @Test
  void messagesOfVersionOneAreStillUnderstood() throws Exception {
    List<Buffer> lines = wires("/messages-v1.txt");
    List<Record> messages = messages(List.of()).toList();
    assertThat(lines).hasSize(messages.size());
    for (int i = 0; i < lines.size(); i++) {
      Record message = messages.get(i);
      assertThat(decode(lines.get(i), message.getClass())).isEqualTo(message);
      if (!isOfVersionTwo(message)) {
        assertThat(encode(message)).as("version 1 of %s", message).isEqualTo(lines.get(i));
      }
    }
  }

  private static boolean isOfVersionTwo(Record message) {
    return message instanceof FlagReport
        || message instanceof MeterBatch
        || message instanceof BreakerTrips;
  }

  @Test
  void namesOfRoutesAndTagsOfHistogramsSurviveTheWire() {
    for (Record message :
        List.of(
            new BreakerTrips(Set.of("", "shop"), Set.of("cart")),
            new MeterBatch(
                List.of(),
                List.of(
                    new MeterBatch.Samples(
                        "server.delay", Map.of("route", "shop"), List.of(0.5)))))) {
      assertThat(decode(encode(message), message.getClass())).isEqualTo(message);
    }
  }

  /** The bytes of version 2 of a flag report. Never edit the file. */
  @Test
  void aFlagReportOfVersionTwoIsStillUnderstood() throws Exception {
    Record report = messages().filter(FlagReport.class::isInstance).findFirst().orElseThrow();
    Buffer wire = wires("/flag-report-v2.txt").get(0);
    assertThat(decode(wire, FlagReport.class)).isEqualTo(report);
    assertThat(encode(report)).isEqualTo(wire);
  }

  private List<Buffer> wires(String file) throws Exception {
    return new String(getClass().getResourceAsStream(file).readAllBytes(), StandardCharsets.UTF_8)
        .lines()
        .map(line -> Buffer.buffer(new byte[OFFSET]).appendBytes(HexFormat.of().parseHex(line)))
        .toList();
  }

  /** Nodes of other versions find a codec by its name: a record may be renamed, its codec never. */
  @Test
  void codecsKeepTheirNames() {
    assertThat(MessageCodecs.ALL)
        .extracting(RecordCodec::name)
        .containsExactly(
            "gateway.SidecarRequest",
            "gateway.SidecarReply",
            "gateway.ComponentHealth",
            "gateway.FlagReport",
            "gateway.MeterBatch",
            "gateway.NodeSnapshot",
            "gateway.NodeReport",
            "gateway.FlagOverride",
            "gateway.RolloutWord",
            "gateway.BreakerTrips",
            "gateway.RouteRollouts",
            "gateway.ReleaseCommand",
            "gateway.ReleaseVerdict",
            "gateway.ReleaseReports",
            "gateway.NodeScores",
            "gateway.OverrideCommand",
            "gateway.OverrideResult",
            "gateway.JournalEntry",
            "gateway.Journal",
            "gateway.NodeHealth");
  }

  @ParameterizedTest
  @MethodSource("messages")
  void anUnknownVersionIsRefused(Record message) {
    Buffer wire = encode(message);
    wire.setUnsignedByte(OFFSET, (short) 9);
    assertThatThrownBy(() -> decode(wire, message.getClass()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("version 9 (expected 1" + (isOfVersionTwo(message) ? " to 2)" : ")"));
  }

  private static Buffer encode(Record message) {
    Buffer wire = Buffer.buffer(new byte[OFFSET]);
    encodeWith(codec(message.getClass()), wire, message);
    return wire;
  }

  private static <T extends Record> void encodeWith(
      RecordCodec<T> codec, Buffer wire, Record message) {
    codec.encodeToWire(wire, codec.type().cast(message));
  }

  private static Record decode(Buffer wire, Class<?> type) {
    return codec(type).decodeFromWire(OFFSET, wire);
  }

  private static RecordCodec<?> codec(Class<?> type) {
    return MessageCodecs.ALL.stream()
        .filter(codec -> codec.type() == type)
        .findFirst()
        .orElseThrow();
  }
}
