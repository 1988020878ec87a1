package io.canarygateway.flags;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Every type of one line runs the contract. */
class FlagTypesTest {

  static Map<String, String> shown(String... textsAndShown) {
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < textsAndShown.length; i += 2) {
      map.put(textsAndShown[i], textsAndShown[i + 1]);
    }
    return map;
  }

  @Nested
  class Bool extends FlagTypeContract<Boolean> {
    @Override
    FlagType<Boolean> type() {
      return FlagTypes.bool();
    }

    @Override
    Map<String, String> good() {
      return shown("false", "false", "true", "true", "1", "true", "f", "false", "TRUE", "true");
    }

    @Override
    List<String> bad() {
      return List.of("", "yes", "tRUE", " true", "2");
    }
  }

  @Nested
  class Int64 extends FlagTypeContract<Long> {
    @Override
    FlagType<Long> type() {
      return FlagTypes.int64();
    }

    @Override
    Map<String, String> good() {
      return shown(
          "0", "0",
          "-7", "-7",
          "+7", "7",
          "9223372036854775807", "9223372036854775807",
          "-9223372036854775808", "-9223372036854775808",
          "9007199254740993", "9007199254740993", // a double would lose the last digit
          "0x1f", "31",
          "-0x8000000000000000", "-9223372036854775808",
          "0b101", "5",
          "0o17", "15",
          "017", "15",
          "1_000", "1000");
    }

    @Override
    List<String> bad() {
      return List.of(
          "",
          "1.0",
          "1e3",
          " 1",
          "1 ",
          "9223372036854775808",
          "0x",
          "08",
          "1__0",
          "_1",
          "1_",
          "٣",
          "12a",
          "--1",
          "0x1g");
    }
  }

  @Nested
  class RangedInt64 extends FlagTypeContract<Long> {
    @Override
    FlagType<Long> type() {
      return FlagTypes.int64(-5, 65_535);
    }

    @Override
    Map<String, String> good() {
      return shown("80", "80", "-5", "-5", "65535", "65535", "010", "10");
    }

    @Override
    List<String> bad() {
      return List.of("", "-6", "65536", "0x10", "99999999999999999999", "٣");
    }
  }

  @Nested
  class Float64 extends FlagTypeContract<Double> {
    @Override
    FlagType<Double> type() {
      return FlagTypes.float64();
    }

    @Override
    Map<String, String> good() {
      return shown(
          "3.14", "3.14",
          "0", "0",
          "-0", "-0",
          ".5", "0.5",
          "5.", "5",
          "100000", "100000",
          "1000000", "1e+06",
          "1234567", "1.234567e+06",
          "123456.7", "123456.7",
          "0.0001", "0.0001",
          "0.00001", "1e-05",
          "-2.5e-7", "-2.5e-07",
          "2e23", "2e+23",
          "5e-324", "5e-324",
          "1.7976931348623157e308", "1.7976931348623157e+308",
          "0.1", "0.1");
    }

    @Override
    List<String> bad() {
      return List.of("", "NaN", "Inf", "-inf", "0x1p3", "1d", "1f", " 1", "1e999", ".", "e5");
    }
  }

  @Nested
  class Text extends FlagTypeContract<String> {
    @Override
    FlagType<String> type() {
      return FlagTypes.string();
    }

    @Override
    Map<String, String> good() {
      return shown("foo", "foo", "", "", " a b ", " a b ", "ä€😀", "ä€😀", "a\nb", "a\nb");
    }

    @Override
    List<String> bad() {
      return List.of();
    }
  }

  @Nested
  class Durations extends FlagTypeContract<Duration> {
    @Override
    FlagType<Duration> type() {
      return FlagTypes.duration();
    }

    @Override
    Map<String, String> good() {
      return shown(
          "0", "0s",
          "1h2m3.5s", "1h2m3.5s",
          "300ms", "300ms",
          "1us", "1µs",
          "90m", "1h30m0s",
          "-1.5s", "-1.5s",
          "1h", "1h0m0s");
    }

    @Override
    List<String> bad() {
      return List.of("", "5", "1d", "s", "1 s", "1h-1m", "300000h1000000h9999999h");
    }
  }

  @Nested
  class Slices extends FlagTypeContract<List<String>> {
    @Override
    FlagType<List<String>> type() {
      return FlagTypes.stringSlice();
    }

    @Override
    Map<String, String> good() {
      return shown(
          "car,star", "[car star]",
          "star,car,star", "[star car star]",
          "one", "[one]",
          "\"a,b\",c", "[a,b c]",
          "\"say \"\"hi\"\"\"", "[say \"hi\"]",
          " a , b", "[ a   b]",
          "a,,b", "[a  b]",
          "\"\"", "[]",
          "", "[]");
    }

    @Override
    List<String> bad() {
      return List.of("a\nb", "\"open", "\"a\"b");
    }

    @Test
    void anEmptyTextIsNoElementAndAnEmptyQuoteIsOne() {
      assertThat(type().parse("")).isEmpty();
      assertThat(type().parse("\"\"")).containsExactly("");
      assertThat(type().parse(type().format(List.of("")))).containsExactly("");
    }
  }

  @Nested
  class Sets extends FlagTypeContract<SortedSet<String>> {
    @Override
    FlagType<SortedSet<String>> type() {
      return FlagTypes.stringSet();
    }

    @Override
    Map<String, String> good() {
      return shown("star,car,star", "[car star]", "car,star", "[car star]", "b", "[b]", "", "[]");
    }

    @Override
    List<String> bad() {
      return List.of("a\nb", "\"open");
    }

    @Test
    void equalSetsHaveOneForm() {
      assertThat(type().format(type().parse("b,a")))
          .isEqualTo(type().format(type().parse("a,b,a")));
    }
  }

  private enum Strategy {
    SIDECAR,
    MAIN,
    CANARY
  }

  @Nested
  class Enums extends FlagTypeContract<Strategy> {
    @Override
    FlagType<Strategy> type() {
      return FlagTypes.oneOf(Strategy.class);
    }

    @Override
    Map<String, String> good() {
      return shown("main", "main", "canary", "canary", "sidecar", "sidecar");
    }

    @Override
    List<String> bad() {
      return List.of("", "MAIN", "other");
    }
  }
}
