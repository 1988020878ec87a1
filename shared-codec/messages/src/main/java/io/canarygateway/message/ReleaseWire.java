package io.canarygateway.message;

import io.canarygateway.message.ReleaseReports.Counts;
import io.canarygateway.message.ReleaseReports.Evidence;
import io.canarygateway.message.ReleaseReports.OfRoute;
import io.canarygateway.message.ReleaseReports.Rehearsals;

/** The codecs of the messages about releases. */
final class ReleaseWire {

  static final RecordCodec<ReleaseCommand> COMMAND =
      new RecordCodec<>(
          ReleaseCommand.class,
          (out, command) ->
              out.writeString(command.route())
                  .writeString(command.action())
                  .writeString(command.by()),
          in -> new ReleaseCommand(in.readString(), in.readString(), in.readString()));

  static final RecordCodec<ReleaseVerdict> VERDICT =
      new RecordCodec<>(
          ReleaseVerdict.class,
          (out, verdict) ->
              out.writeString(verdict.route())
                  .writeString(verdict.version())
                  .writeString(verdict.verdict())
                  .writeByte(verdict.observed() ? 1 : 0)
                  .writeString(verdict.node())
                  .writeString(verdict.by())
                  .writeLong(verdict.atMillis())
                  .writeString(verdict.receipt()),
          in ->
              new ReleaseVerdict(
                  in.readString(),
                  in.readString(),
                  in.readString(),
                  in.readByte() == 1,
                  in.readString(),
                  in.readString(),
                  in.readLong(),
                  in.readString()));

  static final RecordCodec<ReleaseReports> REPORTS =
      new RecordCodec<>(
          ReleaseReports.class,
          (out, reports) -> out.writeList(reports.releases(), ReleaseWire::write),
          in -> new ReleaseReports(in.readList(ReleaseWire::read)));

  static final RecordCodec<NodeScores> NODE_SCORES =
      new RecordCodec<>(
          NodeScores.class,
          (out, scores) ->
              out.writeString(scores.node())
                  .writeByte(scores.judging() ? 1 : 0)
                  .writeList(scores.routes(), ReleaseWire::write),
          in ->
              new NodeScores(
                  in.readString(), in.readByte() == 1, in.readList(ReleaseWire::readScores)));

  private ReleaseWire() {}

  private static void write(WireWriter out, NodeScores.OfRoute route) {
    out.writeString(route.route())
        .writeString(route.version())
        .writeList(
            route.streams(),
            (list, stream) ->
                list.writeString(stream.source())
                    .writeLong(stream.watermarkAgeMicros())
                    .writeList(
                        stream.segments(),
                        (segments, segment) ->
                            number(segments, segment.weight()).writeBytes(segment.outcomes())));
  }

  private static NodeScores.OfRoute readScores(WireReader in) {
    return new NodeScores.OfRoute(
        in.readString(),
        in.readString(),
        in.readList(
            stream ->
                new NodeScores.Stream(
                    stream.readString(),
                    stream.readLong(),
                    stream.readList(
                        segment -> new NodeScores.Segment(number(segment), segment.readBytes())))));
  }

  private static void write(WireWriter out, OfRoute release) {
    out.writeString(release.route())
        .writeString(release.version())
        .writeString(release.mode())
        .writeString(release.state())
        .writeString(release.reason())
        .writeInt(release.step())
        .writeInt(release.steps());
    number(number(out, release.weight()), release.weightInForce())
        .writeLong(release.startedMillis())
        .writeLong(release.stepSinceMillis())
        .writeList(release.counts(), ReleaseWire::write);
    Evidence evidence = release.evidence();
    for (double each :
        new double[] {
          evidence.revert(),
          evidence.revertAt(),
          evidence.failures(),
          evidence.latency(),
          evidence.pass(),
          evidence.absolute(),
          evidence.passAt(),
          evidence.ratio(),
          evidence.ratioAt()
        }) {
      number(out, each);
    }
    out.writeList(release.needs(), WireWriter::writeString)
        .writeList(release.receipts(), WireWriter::writeString)
        .writeLong(release.rehearsals().promoted())
        .writeLong(release.rehearsals().reverted())
        .writeLong(release.rehearsals().held());
  }

  private static OfRoute read(WireReader in) {
    return new OfRoute(
        in.readString(),
        in.readString(),
        in.readString(),
        in.readString(),
        in.readString(),
        in.readInt(),
        in.readInt(),
        number(in),
        number(in),
        in.readLong(),
        in.readLong(),
        in.readList(ReleaseWire::readCounts),
        new Evidence(
            number(in),
            number(in),
            number(in),
            number(in),
            number(in),
            number(in),
            number(in),
            number(in),
            number(in)),
        in.readList(WireReader::readString),
        in.readList(WireReader::readString),
        new Rehearsals(in.readLong(), in.readLong(), in.readLong()));
  }

  private static void write(WireWriter out, Counts counts) {
    number(out, counts.weight())
        .writeLong(counts.canaryClients())
        .writeLong(counts.mainClients())
        .writeLong(counts.canaryFailed())
        .writeLong(counts.mainFailed());
  }

  private static Counts readCounts(WireReader in) {
    return new Counts(number(in), in.readLong(), in.readLong(), in.readLong(), in.readLong());
  }

  private static WireWriter number(WireWriter out, double value) {
    return out.writeLong(Double.doubleToLongBits(value));
  }

  private static double number(WireReader in) {
    return Double.longBitsToDouble(in.readLong());
  }
}
