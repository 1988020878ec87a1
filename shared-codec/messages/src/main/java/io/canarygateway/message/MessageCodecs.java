package io.canarygateway.message;

import io.vertx.core.eventbus.EventBus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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
      new RecordCodec<>(MeterBatch.class, MessageCodecs::writeMeters, MessageCodecs::readMeters);

  private static final RecordCodec<BreakerTrips> BREAKER_TRIPS =
      new RecordCodec<>(
          BreakerTrips.class,
          (out, trips) -> out.writeByte(trips.requests() ? 1 : 0).writeByte(trips.errors() ? 1 : 0),
          in -> new BreakerTrips(in.readByte() == 1, in.readByte() == 1));

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
          BREAKER_TRIPS);

  private MessageCodecs() {}

  /**
   * Registers all codecs. Call this once per Vert.x, before the first verticle.
   *
   * @param eventBus the event bus
   * @throws IllegalStateException if the codecs are registered already
   */
  public static void register(EventBus eventBus) {
    ALL.forEach(codec -> register(eventBus, codec));
    eventBus.registerDefaultCodec(
        InterceptorServer.class, new LocalCodec<>(InterceptorServer.class));
  }

  private static <T extends Record> void register(EventBus eventBus, RecordCodec<T> codec) {
    eventBus.registerDefaultCodec(codec.type(), codec);
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
                list.writeString(count.name())
                    .writeList(
                        List.copyOf(count.tags().entrySet()),
                        (tags, tag) -> tags.writeString(tag.getKey()).writeString(tag.getValue()))
                    .writeLong(count.delta()))
        .writeList(
            batch.samples(),
            (list, samples) ->
                list.writeString(samples.name())
                    .writeList(
                        samples.values(),
                        (values, value) -> values.writeLong(Double.doubleToLongBits(value))));
  }

  private static MeterBatch readMeters(WireReader in) {
    return new MeterBatch(
        in.readList(
            list -> {
              String name = list.readString();
              Map<String, String> tags = new TreeMap<>();
              list.readList(tag -> tags.put(tag.readString(), tag.readString()));
              return new MeterBatch.Count(name, tags, list.readLong());
            }),
        in.readList(
            list ->
                new MeterBatch.Samples(
                    list.readString(),
                    list.readList(value -> Double.longBitsToDouble(value.readLong())))));
  }
}
