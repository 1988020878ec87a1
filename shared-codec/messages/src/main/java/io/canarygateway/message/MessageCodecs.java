package io.canarygateway.message;

import io.vertx.core.eventbus.EventBus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The codecs of all messages. */
public final class MessageCodecs {

  private static final RecordCodec<NodeSnapshot> NODE_SNAPSHOT =
      new RecordCodec<>(
          NodeSnapshot.class,
          (out, snapshot) ->
              writeTexts(
                  out.writeString(snapshot.node()).writeLong(snapshot.revision()),
                  snapshot.values()),
          in -> new NodeSnapshot(in.readString(), in.readLong(), readTexts(in)));

  private static final RecordCodec<NodeReport> NODE_REPORT =
      new RecordCodec<>(
          NodeReport.class,
          (out, report) ->
              out.writeString(report.id())
                  .writeString(report.address())
                  .writeLong(report.revision())
                  .writeString(report.checksumDynamic())
                  .writeString(report.checksumStatic())
                  .writeByte(report.leaving() ? 1 : 0),
          in ->
              new NodeReport(
                  in.readString(),
                  in.readString(),
                  in.readLong(),
                  in.readString(),
                  in.readString(),
                  in.readByte() == 1));

  private static final RecordCodec<FlagOverride> FLAG_OVERRIDE =
      new RecordCodec<>(
          FlagOverride.class,
          (out, override) ->
              out.writeString(override.flag())
                  .writeString(override.node())
                  .writeByte(override.text().isPresent() ? 1 : 0)
                  .writeString(override.text().orElse("")),
          in -> {
            String flag = in.readString();
            String node = in.readString();
            boolean set = in.readByte() == 1;
            String text = in.readString();
            return new FlagOverride(flag, set ? Optional.of(text) : Optional.empty(), node);
          });

  private static final RecordCodec<RolloutReport> ROLLOUT_REPORT =
      new RecordCodec<>(
          "RolloutWord",
          RolloutReport.class,
          (out, report) ->
              out.writeString(report.node())
                  .writeString(report.source())
                  .writeString(report.canary())
                  .writeString(report.maintenance())
                  .writeLong(report.ageMillis()),
          in ->
              new RolloutReport(
                  in.readString(),
                  in.readString(),
                  in.readString(),
                  in.readString(),
                  in.readLong()));

  private static final RecordCodec<RouteRollouts> ROUTE_ROLLOUTS =
      new RecordCodec<>(
          RouteRollouts.class,
          (out, rollouts) ->
              out.writeString(rollouts.node())
                  .writeString(rollouts.source())
                  .writeList(
                      rollouts.routes(),
                      (list, route) ->
                          list.writeString(route.route())
                              .writeString(route.application())
                              .writeString(route.canary())
                              .writeString(route.maintenance())
                              .writeLong(route.ageMillis())),
          in ->
              new RouteRollouts(
                  in.readString(),
                  in.readString(),
                  in.readList(
                      list ->
                          new RouteRollouts.OfRoute(
                              list.readString(),
                              list.readString(),
                              list.readString(),
                              list.readString(),
                              list.readLong()))));

  private static final RecordCodec<SidecarRequest> SIDECAR_REQUEST =
      new RecordCodec<>(
          SidecarRequest.class,
          (out, request) -> {
            out.writeString(request.method())
                .writeString(request.path())
                .writeString(request.query())
                .writeList(
                    request.headers(),
                    (list, header) -> list.writeString(header.name()).writeString(header.value()))
                .writeBytes(request.body())
                .writeString(request.sidecarUrl());
          },
          in ->
              new SidecarRequest(
                  in.readString(),
                  in.readString(),
                  in.readString(),
                  readHeaders(in),
                  in.readBytes(),
                  in.readString()));

  private static final RecordCodec<SidecarReply> SIDECAR_REPLY =
      new RecordCodec<>(
          SidecarReply.class,
          (out, reply) ->
              out.writeInt(reply.status())
                  .writeString(reply.failure().map(SidecarFailure::name).orElse("")),
          in -> {
            int status = in.readInt();
            String failure = in.readString();
            return failure.isEmpty()
                ? SidecarReply.ofStatus(status)
                : SidecarReply.ofFailure(SidecarFailure.valueOf(failure));
          });

  private static final RecordCodec<ComponentHealth> COMPONENT_HEALTH =
      new RecordCodec<>(
          ComponentHealth.class, MessageCodecs::writeHealth, MessageCodecs::readHealth);

  private static final RecordCodec<FlagReport> FLAG_REPORT =
      new RecordCodec<>(
          "FlagReport",
          FlagReport.class,
          FlagReportWire.VERSION,
          FlagReportWire::write,
          FlagReportWire::read);

  private static final RecordCodec<MeterBatch> METER_BATCH =
      new RecordCodec<>(
          "MeterBatch", MeterBatch.class, 2, MessageCodecs::writeMeters, MessageCodecs::readMeters);

  private static final RecordCodec<BreakerTrips> BREAKER_TRIPS =
      new RecordCodec<>(
          "BreakerTrips",
          BreakerTrips.class,
          2,
          (out, trips) -> {
            writeNames(out, trips.requests());
            writeNames(out, trips.errors());
          },
          (in, version) ->
              version == 1
                  ? new BreakerTrips(defaultRoute(in), defaultRoute(in))
                  : new BreakerTrips(readNames(in), readNames(in)));

  static final List<RecordCodec<?>> ALL =
      List.of(
          SIDECAR_REQUEST,
          SIDECAR_REPLY,
          COMPONENT_HEALTH,
          FLAG_REPORT,
          METER_BATCH,
          NODE_SNAPSHOT,
          NODE_REPORT,
          FLAG_OVERRIDE,
          ROLLOUT_REPORT,
          BREAKER_TRIPS,
          ROUTE_ROLLOUTS,
          ReleaseWire.COMMAND,
          ReleaseWire.VERDICT,
          ReleaseWire.REPORTS,
          ReleaseWire.NODE_SCORES,
          OperatorWire.OVERRIDE_COMMAND,
          OperatorWire.OVERRIDE_RESULT,
          OperatorWire.JOURNAL_ENTRY,
          OperatorWire.JOURNAL,
          OperatorWire.NODE_HEALTH);

  private MessageCodecs() {}

  /**
   * Registers all codecs. Call this once per Vert.x, before the first verticle.
   *
   * @param eventBus the event bus
   * @throws IllegalStateException if the codecs are registered already
   */
  public static void register(EventBus eventBus) {
    ALL.forEach(codec -> register(eventBus, codec));
    registerLocal(eventBus, InterceptorServer.class);
    registerLocal(eventBus, ReleaseScores.class);
    registerLocal(eventBus, ReleaseWeights.class);
  }

  private static <T extends Record> void register(EventBus eventBus, RecordCodec<T> codec) {
    eventBus.registerDefaultCodec(codec.type(), codec);
  }

  private static <T extends Record> void registerLocal(EventBus eventBus, Class<T> type) {
    eventBus.registerDefaultCodec(type, new LocalCodec<>(type));
  }

  private static void writeNames(WireWriter out, Set<String> names) {
    out.writeList(List.copyOf(new TreeSet<>(names)), WireWriter::writeString);
  }

  private static Set<String> readNames(WireReader in) {
    return Set.copyOf(in.readList(WireReader::readString));
  }

  /** Version 1 knew the default route only. */
  private static Set<String> defaultRoute(WireReader in) {
    return in.readByte() == 1 ? Set.of("") : Set.of();
  }

  private static void writeTexts(WireWriter out, Map<String, String> texts) {
    out.writeInt(texts.size());
    new TreeMap<>(texts).forEach((name, text) -> out.writeString(name).writeString(text));
  }

  private static Map<String, String> readTexts(WireReader in) {
    Map<String, String> texts = new TreeMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      texts.put(in.readString(), in.readString());
    }
    return texts;
  }

  private static List<Header> readHeaders(WireReader in) {
    return in.readList(header -> new Header(header.readString(), header.readString()));
  }

  static void writeHealth(WireWriter out, ComponentHealth health) {
    out.writeString(health.component())
        .writeString(health.status().name())
        .writeString(health.detail());
  }

  static ComponentHealth readHealth(WireReader in) {
    return new ComponentHealth(
        in.readString(), ComponentHealth.Status.valueOf(in.readString()), in.readString());
  }

  private static void writeMeters(WireWriter out, MeterBatch batch) {
    out.writeList(
            batch.counts(),
            (list, count) ->
                writeTags(list.writeString(count.name()), count.tags()).writeLong(count.delta()))
        .writeList(
            batch.samples(),
            (list, samples) ->
                writeTags(list.writeString(samples.name()), samples.tags())
                    .writeList(
                        samples.values(),
                        (values, value) -> values.writeLong(Double.doubleToLongBits(value))));
  }

  private static WireWriter writeTags(WireWriter out, Map<String, String> tags) {
    return out.writeList(
        List.copyOf(new TreeMap<>(tags).entrySet()),
        (list, tag) -> list.writeString(tag.getKey()).writeString(tag.getValue()));
  }

  private static Map<String, String> readTags(WireReader in) {
    Map<String, String> tags = new TreeMap<>();
    in.readList(tag -> tags.put(tag.readString(), tag.readString()));
    return tags;
  }

  /** Samples of version 1 had no tags. */
  private static MeterBatch readMeters(WireReader in, int version) {
    return new MeterBatch(
        in.readList(
            list -> new MeterBatch.Count(list.readString(), readTags(list), list.readLong())),
        in.readList(
            list ->
                new MeterBatch.Samples(
                    list.readString(),
                    version == 1 ? Map.of() : readTags(list),
                    list.readList(value -> Double.longBitsToDouble(value.readLong())))));
  }
}
