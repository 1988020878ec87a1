package io.canarygateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.canarygateway.flags.Problem;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetUrlsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://a",
        "http://a:81/b?c=1",
        "http://a/b,c?d=1,2",
        "http://a,http://b:81",
        "https://a/x,https://b/x",
        "\"http://a/x,y\",\"http://b/x,y\"",
        "\"http://a/x,http://b\""
      })
  void aTextIsReadAndWrittenAlike(String text) {
    TargetUrls urls = TargetUrls.parse(text);
    assertThat(urls.format()).isEqualTo(text);
    assertThat(TargetUrls.parse(urls.format())).isEqualTo(urls);
  }

  @Test
  void aListHasOneUrlForEachField() {
    assertThat(TargetUrls.parse("http://a:1/x, http://b:2/x").urls())
        .containsExactly(HttpUrl.parse("http://a:1/x"), HttpUrl.parse("http://b:2/x"));
    assertThat(TargetUrls.parse("\"http://a/x,http://b\"").urls()).hasSize(1);
    assertThat(TargetUrls.parse("http://a,http://b")).hasToString("[http://a http://b]");
    assertThat(TargetUrls.parse("http://a")).hasToString("http://a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "http://a,https://a",
        "http://a/x,http://b/y",
        "http://a?x,http://b",
        "http://a,http://",
        "http://a,b,http://c"
      })
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> TargetUrls.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aListHasAnEnd() {
    String many = String.join(",", Collections.nCopies(65, "http://a"));
    assertThatThrownBy(() -> TargetUrls.parse(many)).isInstanceOf(IllegalArgumentException.class);
    assertThat(TargetUrls.parse(many.substring("http://a,".length())).urls()).hasSize(64);
  }

  @Test
  void theDocumentMayHaveAnArrayAndAFaultNamesIt() throws ConfigException {
    FlagValues values = ConfigReader.read(targets("[\"http://a:1/x\", \"http://b:2/x\"]"));
    assertThat(GatewayConfig.of(values).routing().mainTarget().urls()).hasSize(2);

    assertThat(problems("[\"http://a\", \"https://b\"]"))
        .containsExactly(new Problem("main-target", "\"http://a,https://b\"", TargetUrls.EXPECTED));
    assertThat(problems("[1]")).singleElement().extracting(Problem::key).isEqualTo("main-target");
  }

  /** The listener is 127.0.0.1, or what the first column names. */
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1",
    "127.0.0.1, localhost",
    "127.0.0.1, LOCALHOST",
    "127.0.0.1, 0.0.0.0",
    "0.0.0.0, 127.0.0.1",
    "0.0.0.0, 127.9.9.9",
    "0.0.0.0, localhost",
    "'', [::1]",
    "::1, [::1]",
    "localhost, 127.0.0.1",
    "gw.example, gw.example"
  })
  void aTargetThatIsTheGatewayItselfIsAFault(String listener, String target) {
    String url = "http://" + target + ":2345/x";
    assertThat(problems("[\"http://b:1/x\", \"" + url + "\"]", listener))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.key()).isEqualTo("main-target");
              assertThat(problem.found()).isEqualTo('"' + url + '"');
              assertThat(problem.expected()).contains("router-server.port 2345");
            });
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.2:2345",
    "127.0.0.1, 127.0.0.1:2346",
    "127.0.0.1, 192.0.2.1:2345",
    "0.0.0.0, 192.0.2.1:2345",
    "0.0.0.0, another.example:2345"
  })
  void anotherAddressOrPortIsNone(String listener, String target) {
    assertThat(problems("\"http://" + target + "\"", listener)).isEmpty();
  }

  private static List<Problem> problems(String mainTarget) {
    return problems(mainTarget, "127.0.0.1");
  }

  private static List<Problem> problems(String mainTarget, String listener) {
    try {
      GatewayConfig.of(
          ConfigReader.read(
              targets(mainTarget)
                  .replace(
                      "{\"main",
                      "{\"router-server\": {\"port\": 2345, \"host\": \""
                          + listener
                          + "\"}, \"main")));
      return List.of();
    } catch (ConfigException e) {
      return e.problems();
    }
  }

  private static String targets(String mainTarget) {
    return "{\"main-target\": " + mainTarget + ", \"canary-target\": \"http://c\"}";
  }
}
