package io.canarygateway.message;

import io.canarygateway.config.ConfigException;
import io.canarygateway.config.FlagValues;
import io.canarygateway.decision.SidecarFailure;
import io.vertx.core.eventbus.EventBus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The codecs of all messages. */
public final class MessageCodecs {

  private static final RecordCodec<ConfigSnapshot> CONFIG_SNAPSHOT =
      new RecordCodec<>(
          ConfigSnapshot.class,
          (out, snapshot) -> {
            Map<String, String> texts = snapshot.values().texts();
            out.writeLong(snapshot.revision()).writeInt(texts.size());
            texts.forEach((name, text) -> out.writeString(name).writeString(text));
          },
          MessageCodecs::readSnapshot);

  private static final RecordCodec<SidecarRequest> SIDECAR_REQUEST =
      new RecordCodec<>(
          SidecarRequest.class,
          (out, request) -> {
            out.writeString(request.method())
                .writeString(request.path())
                .writeString(request.query())
                .writeInt(request.headers().size());
            request.headers().forEach(h -> out.writeString(h.name()).writeString(h.value()));
            out.writeBytes(request.body());
          },
          in ->
              new SidecarRequest(
                  in.readString(),
                  in.readString(),
                  in.readString(),
                  readHeaders(in),
                  in.readBytes()));

  private static final RecordCodec<SidecarReply> SIDECAR_REPLY =
      new RecordCodec<>(
          SidecarReply.class,
          (out, reply) ->
              out.writeInt(reply.status())
                  .writeString(reply.failure() == null ? "" : reply.failure().name()),
          in -> {
            int status = in.readInt();
            String failure = in.readString();
            return failure.isEmpty()
                ? SidecarReply.ofStatus(status)
                : SidecarReply.ofFailure(SidecarFailure.valueOf(failure));
          });

  private static final RecordCodec<ComponentHealth> COMPONENT_HEALTH =
      new RecordCodec<>(
          ComponentHealth.class,
          (out, health) ->
              out.writeString(health.component())
                  .writeByte(health.ready() ? 1 : 0)
                  .writeString(health.detail()),
          in -> new ComponentHealth(in.readString(), in.readByte() == 1, in.readString()));

  static final List<RecordCodec<?>> ALL =
      List.of(CONFIG_SNAPSHOT, SIDECAR_REQUEST, SIDECAR_REPLY, COMPONENT_HEALTH);

  private MessageCodecs() {}

  /**
   * Registers every message on an event bus; once per Vert.x, before the first verticle.
   *
   * @throws IllegalStateException if they are registered already
   */
  public static void register(EventBus eventBus) {
    ALL.forEach(codec -> register(eventBus, codec));
  }

  private static <T extends Record> void register(EventBus eventBus, RecordCodec<T> codec) {
    eventBus.registerDefaultCodec(codec.type(), codec);
  }

  private static ConfigSnapshot readSnapshot(WireReader in) {
    long revision = in.readLong();
    Map<String, String> texts = new TreeMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      texts.put(in.readString(), in.readString());
    }
    try {
      return ConfigSnapshot.of(revision, new FlagValues(texts));
    } catch (ConfigException e) {
      throw new IllegalArgumentException("a snapshot that does not fit this version", e);
    }
  }

  private static List<Header> readHeaders(WireReader in) {
    int size = in.readInt();
    List<Header> headers = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      headers.add(new Header(in.readString(), in.readString()));
    }
    return headers;
  }
}
