package io.canarygateway.launcher;

import io.canarygateway.flags.Problem;
import io.canarygateway.release.Receipt;
import io.canarygateway.release.ReceiptCheck;
import io.canarygateway.release.Receipts;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The command {@code judge}: receipts of releases, their evidence computed anew. */
final class ReceiptJudge {

  /** The name of stdin. */
  private static final String STDIN = "-";

  private static final int MAX_BYTES = 1 << 20;

  private ReceiptJudge() {}

  /**
   * Judges the receipts of a file; blocks.
   *
   * @param name the file, or {@code -} for stdin
   * @return the exit code
   */
  static int judge(String name, PrintStream out, PrintStream err) {
    byte[] bytes;
    try {
      bytes = read(name);
    } catch (NoSuchFileException | InvalidPathException e) {
      return noInput(name, "no such file", err);
    } catch (AccessDeniedException e) {
      return noInput(name, "a file that this user may not read", err);
    } catch (IOException e) {
      return noInput(name, "a file that cannot be read", err);
    }
    try {
      boolean same = true;
      String separator = "";
      for (Receipt receipt : Receipts.parseAll(text(bytes))) {
        ReceiptCheck check = ReceiptCheck.of(receipt);
        out.print(separator);
        check.lines().forEach(out::println);
        same &= check.same();
        separator = System.lineSeparator();
      }
      return same ? ExitCode.OK : ExitCode.FAILURE;
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      return ExitCode.FAILURE;
    }
  }

  private static int noInput(String name, String found, PrintStream err) {
    err.println(new Problem("judge", found + " " + Problem.quote(name), "a file of receipts"));
    return ExitCode.NO_INPUT;
  }

  /** One byte more than is allowed shows that there are too many. */
  private static byte[] read(String name) throws IOException {
    if (name.equals(STDIN)) {
      return System.in.readNBytes(MAX_BYTES + 1);
    }
    try (InputStream in = Files.newInputStream(Path.of(name))) {
      return in.readNBytes(MAX_BYTES + 1);
    }
  }

  private static String text(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "receipt: more bytes (expected at most " + MAX_BYTES + " bytes)");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("receipt: other bytes (expected JSON in UTF-8)", e);
    }
  }
}
