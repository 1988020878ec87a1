package io.canarygateway.flags;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.QuoteMode;

/** One CSV record (RFC 4180): the text form of slices and sets. An empty text is an empty list. */
public final class Csv {

  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180
          .builder()
          .setIgnoreEmptyLines(true)
          .setRecordSeparator("")
          .setQuoteMode(QuoteMode.MINIMAL)
          .get();

  private Csv() {}

  /**
   * Reads a record.
   *
   * @param text the record, such as {@code car,"star, red"}
   * @return its fields
   * @throws IllegalArgumentException if the text is not exactly one record
   */
  public static List<String> parse(String text) {
    if (text.isEmpty()) {
      return List.of();
    }
    if (text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')) {
      return List.of(text); // A parser takes two buffers of 8 KiB.
    }
    try (CSVParser parser = CSVParser.parse(new StringReader(text), FORMAT)) {
      List<CSVRecord> records = parser.getRecords();
      if (records.size() != 1) {
        throw new IllegalArgumentException(records.size() + " records");
      }
      return List.copyOf(records.get(0).toList());
    } catch (IOException | UncheckedIOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * Writes a record.
   *
   * @param elements the fields
   * @return the record, without a line break at its end
   */
  public static String format(List<String> elements) {
    return elements.isEmpty() ? "" : FORMAT.format(elements.toArray());
  }
}
