package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.LongRange;

/** Whatever a client sends stays in its field of its line. */
class LineBufferTest {

  private static final int MOST = 40;
  private static final Pattern ESCAPE = Pattern.compile("\\\\x([0-9a-f]{2})|\\\\([\"\\\\])");

  private static String text(LineBuffer line) {
    return new String(line.array(), 0, line.length(), StandardCharsets.US_ASCII);
  }

  private static String cut(String text) {
    return text.substring(0, Math.min(MOST, text.length()));
  }

  /** Texts of which most characters need no escape. */
  @Provide
  Arbitrary<String> latin1() {
    return Arbitraries.frequencyOf(
            Tuple.of(9, Arbitraries.chars().range(' ', '~')),
            Tuple.of(1, Arbitraries.chars().range('\0', '\u00ff')))
        .list()
        .ofMaxSize(MOST + 20)
        .map(
            chars -> {
              StringBuilder text = new StringBuilder();
              chars.forEach(text::append);
              return text.toString();
            });
  }

  @Property
  void jsonIsReadBackAsItWas(@ForAll("latin1") String text) {
    LineBuffer line = new LineBuffer();
    line.text("{\"a\":\"").json(text, MOST).text("\",\"b\":1}");

    assertThat(text(line)).matches("[ -~]*");
    JsonObject read = new JsonObject(text(line));
    assertThat(read.getString("a")).isEqualTo(cut(text));
    assertThat(read.getInteger("b")).isEqualTo(1);
  }

  @Property
  void quotedTextIsReadBackAsItWas(@ForAll("latin1") String text) {
    LineBuffer line = new LineBuffer();
    line.quoted(text, MOST);

    assertThat(text(line)).matches("(?:[ !#-\\[\\]-~]|\\\\x[0-9a-f]{2}|\\\\[\"\\\\])*");
    String read =
        ESCAPE
            .matcher(text(line))
            .replaceAll(
                found ->
                    Matcher.quoteReplacement(
                        found.group(1) == null
                            ? found.group(2)
                            : String.valueOf((char) Integer.parseInt(found.group(1), 16))));
    assertThat(read).isEqualTo(cut(text));
  }

  @Property
  void numbersAreDecimal(@ForAll @LongRange(min = 0) long number) {
    assertThat(text(new LineBuffer().number(number))).isEqualTo(Long.toString(number));
  }

  @Property
  void timesAreMillisecondsWithThreeDecimals(@ForAll @LongRange(min = 0) long nanos) {
    assertThat(text(new LineBuffer().millis(nanos)))
        .isEqualTo(BigDecimal.valueOf(nanos / 1_000, 3).toPlainString());
  }
}
