package io.canarygateway.message;

import java.util.Optional;

/** The codecs of the messages about what operators change. */
final class OperatorWire {

  static final RecordCodec<OverrideCommand> OVERRIDE_COMMAND =
      new RecordCodec<>(
          OverrideCommand.class,
          (out, command) ->
              out.writeString(command.flag())
                  .writeByte(command.value().isPresent() ? 1 : 0)
                  .writeString(command.value().orElse(""))
                  .writeString(command.by()),
          in -> {
            String flag = in.readString();
            boolean set = in.readByte() == 1;
            String value = in.readString();
            return new OverrideCommand(
                flag, set ? Optional.of(value) : Optional.empty(), in.readString());
          });

  static final RecordCodec<OverrideResult> OVERRIDE_RESULT =
      new RecordCodec<>(
          OverrideResult.class,
          (out, result) ->
              out.writeString(result.flag())
                  .writeString(result.value())
                  .writeString(result.source())
                  .writeLong(result.revision()),
          in ->
              new OverrideResult(in.readString(), in.readString(), in.readString(), in.readLong()));

  static final RecordCodec<JournalEntry> JOURNAL_ENTRY =
      new RecordCodec<>(JournalEntry.class, OperatorWire::write, OperatorWire::read);

  static final RecordCodec<Journal> JOURNAL =
      new RecordCodec<>(
          Journal.class,
          (out, journal) -> out.writeList(journal.entries(), OperatorWire::write),
          in -> new Journal(in.readList(OperatorWire::read)));

  static final RecordCodec<NodeHealth> NODE_HEALTH =
      new RecordCodec<>(
          NodeHealth.class,
          (out, health) ->
              out.writeString(health.node())
                  .writeString(health.status().name())
                  .writeString(health.detail()),
          in ->
              new NodeHealth(
                  in.readString(),
                  ComponentHealth.Status.valueOf(in.readString()),
                  in.readString()));

  private OperatorWire() {}

  private static void write(WireWriter out, JournalEntry entry) {
    out.writeLong(entry.atMillis())
        .writeString(entry.flag())
        .writeString(entry.old())
        .writeString(entry.now())
        .writeString(entry.source())
        .writeString(entry.origin())
        .writeLong(entry.revision())
        .writeString(entry.by())
        .writeString(entry.coveredBy());
  }

  private static JournalEntry read(WireReader in) {
    return new JournalEntry(
        in.readLong(),
        in.readString(),
        in.readString(),
        in.readString(),
        in.readString(),
        in.readString(),
        in.readLong(),
        in.readString(),
        in.readString());
  }
}
