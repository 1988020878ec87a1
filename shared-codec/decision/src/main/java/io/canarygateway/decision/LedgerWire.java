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
 * The wire form of a ledger, the same for equal ledgers. It has a version byte, then the fields in
 * order, big-endian. Texts are as {@link DataOutputStream#writeUTF} writes them; lists follow their
 * size.
 *
 * <p>A new version must still read the old ones, because a cluster has both while it is upgraded.
 */
public final class LedgerWire {

  private static final int VERSION = 1;

  private LedgerWire() {}

  /**
   * Writes a ledger as text, for a map of texts.
   *
   * @param ledger the ledger
   * @return its wire form in Base64
   */
  public static String toText(Ledger ledger) {
    return Base64.getEncoder().encodeToString(encode(ledger));
  }

  /**
   * Reads a ledger from text.
   *
   * @param text the text that {@link #toText} wrote
   * @return the ledger
   * @throws IllegalArgumentException if the text is not a ledger of a known version
   */
  public static Ledger ofText(String text) {
    return decode(Base64.getDecoder().decode(text));
  }

  /**
   * Writes a ledger.
   *
   * @param ledger the ledger
   * @return its wire form
   */
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
   * @param bytes the wire form
   * @return the ledger
   * @throws IllegalArgumentException if the bytes are not a ledger of a known version
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
