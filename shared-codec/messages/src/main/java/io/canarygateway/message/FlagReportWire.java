package io.canarygateway.message;

import io.canarygateway.message.FlagReport.Covered;
import io.canarygateway.message.FlagReport.FlagState;
import io.canarygateway.message.FlagReport.Refusal;
import java.util.List;

/** The wire form of a {@link FlagReport}. Version 2 added the covered values of each flag. */
final class FlagReportWire {

  static final int VERSION = 2;

  private FlagReportWire() {}

  static void write(WireWriter out, FlagReport report) {
    out.writeLong(report.revision())
        .writeString(report.checksumStatic())
        .writeString(report.checksumDynamic())
        .writeList(report.flags(), FlagReportWire::writeState)
        .writeList(report.refusals(), FlagReportWire::writeRefusal)
        .writeList(report.sources(), MessageCodecs::writeHealth);
  }

  static FlagReport read(WireReader in, int version) {
    return new FlagReport(
        in.readLong(),
        in.readString(),
        in.readString(),
        in.readList(list -> readState(list, version)),
        in.readList(FlagReportWire::readRefusal),
        in.readList(MessageCodecs::readHealth));
  }

  private static void writeState(WireWriter out, FlagState state) {
    out.writeString(state.name())
        .writeString(state.type())
        .writeString(state.usage())
        .writeString(state.currentValue())
        .writeString(state.defaultValue())
        .writeByte(state.changed() ? 1 : 0)
        .writeByte(state.dynamic() ? 1 : 0)
        .writeString(state.source())
        .writeString(state.origin())
        .writeLong(state.setAtMillis())
        .writeLong(state.revision())
        .writeString(state.previous())
        .writeList(state.covered(), FlagReportWire::writeCovered);
  }

  private static FlagState readState(WireReader in, int version) {
    return new FlagState(
        in.readString(),
        in.readString(),
        in.readString(),
        in.readString(),
        in.readString(),
        in.readByte() == 1,
        in.readByte() == 1,
        in.readString(),
        in.readString(),
        in.readLong(),
        in.readLong(),
        in.readString(),
        version < 2 ? List.of() : in.readList(FlagReportWire::readCovered));
  }

  private static void writeCovered(WireWriter out, Covered covered) {
    out.writeString(covered.source()).writeString(covered.value());
  }

  private static Covered readCovered(WireReader in) {
    return new Covered(in.readString(), in.readString());
  }

  private static void writeRefusal(WireWriter out, Refusal refusal) {
    out.writeString(refusal.flag())
        .writeString(refusal.source())
        .writeString(refusal.value())
        .writeString(refusal.reason())
        .writeLong(refusal.atMillis());
  }

  private static Refusal readRefusal(WireReader in) {
    return new Refusal(
        in.readString(), in.readString(), in.readString(), in.readString(), in.readLong());
  }
}
