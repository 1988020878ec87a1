package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The cases of W3C Trace Context, level 2, section 3.3. */
class TracestateTest {

  private static String members(int count) {
    return IntStream.range(0, count).mapToObj(i -> "k" + i + "=v").collect(Collectors.joining(","));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "foo=1|foo=1",
        "foo=1,bar=2|foo=1,bar=2",
        "foo=1 \t, \tbar=2|foo=1,bar=2",
        " ,,foo=1,\t,bar=2, |foo=1,bar=2",
        "foo= 1|foo= 1",
        "0a_-*/@z=~!\"#$%&'()*+-./:;<>?@[]^_`{}|0a_-*/@z=~!\"#$%&'()*+-./:;<>?@[]^_`{}",
        "foo=1,foo=2|foo=1,foo=2",
        "t@v=1,t@@v=2|t@v=1,t@@v=2"
      })
  void validMembersStayInOrder(String line, String joined) {
    assertThat(Tracestate.join(List.of(line))).isEqualTo(joined);
  }

  @Test
  void linesAreJoined() {
    assertThat(Tracestate.join(List.of("foo=1,bar=2", "", " baz=3 ")))
        .isEqualTo("foo=1,bar=2,baz=3");
    assertThat(Tracestate.join(List.of())).isEmpty();
    assertThat(Tracestate.join(List.of("", " ", ","))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "foo",
        "foo=",
        "=1",
        "foo =1",
        "FOO=1",
        "foo.bar=1",
        "@foo=1",
        "_foo=1",
        "foo=bar=baz",
        "foo=caf\u00e9",
        "foo=a\tb",
        "foo=1,bar"
      })
  void oneBadMemberDropsAll(String line) {
    assertThat(Tracestate.join(List.of("ok=1", line))).isEmpty();
  }

  @Test
  void thereAreAtMost32Members() {
    assertThat(Tracestate.join(List.of(members(32)))).isEqualTo(members(32));
    assertThat(Tracestate.join(List.of(members(32), "more=1"))).isEmpty();
  }

  @Test
  void keysAndValuesHaveALimit() {
    String longest = "k".repeat(256) + "=" + "v".repeat(256);
    assertThat(Tracestate.join(List.of(longest))).isEqualTo(longest);
    assertThat(Tracestate.join(List.of("k" + longest))).isEmpty();
    assertThat(Tracestate.join(List.of(longest + "v"))).isEmpty();
  }
}
