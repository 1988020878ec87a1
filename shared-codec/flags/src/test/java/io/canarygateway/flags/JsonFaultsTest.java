package io.canarygateway.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonFaultsTest {

  private record Limits(int rate) {}

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{a: 1}|line 1 column 2: expected a key in double quotes",
        "{\"a\": 1,}|line 1 column 9: expected another key after the comma, or no comma",
        "[1,]|line 1 column 4: expected another value after the comma, or no comma",
        "{\"a\" 1}|line 1 column 6: expected a colon between key and value",
        "{\"a\": 1 \"b\": 2}|line 1 column 9: expected a comma or a closing bracket",
        "{\"a\": [1|line 1 column 9: expected a closing bracket or quote before the end",
        "{\"a\": \"b|line 1 column 9: expected a closing bracket or quote before the end",
        "{\"a\": yes}|line 1 column 7: expected a value; texts need double quotes",
        "{\"a\": 1, \"a\": 2}|line 1 column 13: expected each key only once",
        "// c|line 1 column 1: expected JSON, which has no comments",
        "{\"a\": \"\\q\"}|line 1 column 9: expected a backslash only before one of \" \\ / b f n r"
            + " t u",
        "{} {}|expected nothing after the value",
      })
  void namesThePlaceAndWhatShouldStandThere(String text, String fault) {
    assertThatThrownBy(() -> JsonText.parse(text)).hasMessage(fault);
  }

  @Test
  void namesNoClassesOfTheProgram() {
    FlagType<Limits> type = JsonFlagTypes.json(Limits.class);
    assertThatThrownBy(() -> type.parse("{\"rate\": 5, \"rat\": 1}"))
        .hasMessage("expected no key \"rat\"");
    assertThatThrownBy(() -> type.parse("{\"rate\": \"x\"}"))
        .hasMessage("expected another value of rate");
    assertThat(type.parse("{\"rate\": 5}")).isEqualTo(new Limits(5));
  }
}
