package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The cases of W3C Trace Context, level 2, section 3.2. */
class TraceparentTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";
  private static final String IDS = TRACE + "-" + SPAN;

  @Test
  void aValueIsRead() {
    assertThat(Traceparent.parse("00-" + IDS + "-01"))
        .isEqualTo(new Traceparent(TRACE, SPAN, true, false));
  }

  @ParameterizedTest
  @CsvSource({
    "00, false, false, 00",
    "01, true, false, 01",
    "02, false, true, 02",
    "03, true, true, 03",
    "ff, true, true, 03",
    "f8, false, false, 00"
  })
  void flagsAreBits(String flags, boolean sampled, boolean random, String written) {
    Traceparent read = Traceparent.parse("00-" + IDS + "-" + flags);
    assertThat(read).isEqualTo(new Traceparent(TRACE, SPAN, sampled, random));
    assertThat(read).hasToString("00-" + IDS + "-" + written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cc-" + IDS + "-01", "01-" + IDS + "-01-more", "fe-" + IDS + "-01-"})
  void aLaterVersionIsReadAsFarAsItIsKnown(String text) {
    assertThat(Traceparent.parse(text)).hasToString("00-" + IDS + "-01");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "00-" + IDS,
        "00-" + IDS + "-",
        "00-" + IDS + "-1",
        "00-" + IDS + "-001",
        "00-" + IDS + "-01.",
        "00-" + IDS + "-01-",
        "00-" + IDS + "-01-more",
        "01-" + IDS + "-01.more",
        "01-" + IDS + "-0",
        "ff-" + IDS + "-01",
        "0-" + IDS + "-01",
        "000-" + IDS + "-01",
        ".0-" + IDS + "-01",
        "0A-" + IDS + "-01",
        "00_" + IDS + "-01",
        "00-" + TRACE + "_" + SPAN + "-01",
        "00-" + IDS + "_01",
        "00-" + IDS + "-0G",
        "00-" + IDS + "-0A",
        "00-" + IDS + "-.0",
        "00-00000000000000000000000000000000-" + SPAN + "-01",
        "00-" + TRACE + "-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + SPAN + "-01",
        "00-" + TRACE + "-00F067AA0BA902B7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473-" + SPAN + "-01",
        "00-4bf92f3577b34da6a3ce929d0e0e47361-" + SPAN + "-01",
        "00-" + TRACE + "-00f067aa0ba902b-01",
        "00-" + TRACE + "-00f067aa0ba902b71-01",
        "00-.bf92f3577b34da6a3ce929d0e0e4736-" + SPAN + "-01",
        "00-" + TRACE + "-00f067aa0ba902b.-01",
        "00-" + IDS + "-01, 00-" + IDS + "-01",
        " 00-" + IDS + "-01",
        "\u0660\u0660-" + IDS + "-01"
      })
  void anythingElseBeginsANewTrace(String text) {
    assertThat(Traceparent.parse(text)).isNull();
  }
}
