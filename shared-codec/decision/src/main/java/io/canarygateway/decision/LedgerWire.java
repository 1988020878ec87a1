package io.canarygateway.decision;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A ledger as bytes, the same for equal ledgers: a version, then its fields in order, big-endian;
 * texts as {@link DataOutputStream#writeUTF} writes them, lists after their size. A new version
 * must go on reading the old ones: while a cluster is upgraded both are there.
 */
public final class LedgerWire {

  private static final int VERSION = 1;

  private LedgerWire() {}

  /** The wire form as text, for a map of texts. */
  public static String toText(Ledger ledger) {
    return Base64.getEncoder().encodeToString(encode(ledger));
  }

  /**
   * Reads that text.
   *
   * @throws IllegalArgumentException if it is none, or of a version that is not known
   */
  public static Ledger ofText(String text) {
    return decode(Base64.getDecoder().decode(text));
  }

  /** Writes a ledger. */
  public static byte[] encode(Ledger ledger) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeLong(ledger.epoch());
      out.writeLong(ledger.version());
      out.writeUTF(ledger.writer());
      out.writeLong(ledger.voters().number());
      out.writeInt(ledger.voters().sets().size());
      for (Set<String> set : ledger.voters().sets()) {
        out.writeInt(set.size());
        for (String node : set) {
          out.writeUTF(node);
        }
      }
      out.writeInt(ledger.shares().size());
      for (Map.Entry<String, Share> entry : ledger.shares().entrySet()) {
        out.writeUTF(entry.getKey());
        out.writeLong(entry.getValue().requests());
        out.writeLong(entry.getValue().errors());
        out.writeLong(entry.getValue().sequence());
        out.writeLong(entry.getValue().departed());
      }
      out.writeLong(ledger.left().requests());
      out.writeLong(ledger.left().errors());
      out.writeLong(ledger.left().places());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads a ledger.
   *
   * @throws IllegalArgumentException if it is of an unknown version, or no ledger
   */
  public static Ledger decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readUnsignedByte();
      if (version != VERSION) {
        throw new IllegalArgumentException(
            "ledger: version " + version + " (expected " + VERSION + ")");
      }
      return new Ledger(
          in.readLong(), in.readLong(), in.readUTF(), readVoters(in), readShares(in), readLeft(in));
    } catch (IOException e) {
      throw new IllegalArgumentException("ledger: cut short", e);
    }
  }

  private static Voters readVoters(DataInputStream in) throws IOException {
    long number = in.readLong();
    List<Set<String>> sets = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      Set<String> set = new TreeSet<>();
      for (int nodes = in.readInt(); nodes > 0; nodes--) {
        set.add(in.readUTF());
      }
      sets.add(set);
    }
    return new Voters(number, sets);
  }

  private static SortedMap<String, Share> readShares(DataInputStream in) throws IOException {
    SortedMap<String, Share> shares = new TreeMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      shares.put(
          in.readUTF(), new Share(in.readLong(), in.readLong(), in.readLong(), in.readLong()));
    }
    return shares;
  }

  private static Ledger.Left readLeft(DataInputStream in) throws IOException {
    return new Ledger.Left(in.readLong(), in.readLong(), in.readLong());
  }
}
