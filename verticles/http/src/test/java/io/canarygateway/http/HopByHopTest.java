package io.canarygateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HopByHopTest {

  private static List<String> passing(String... lines) throws MalformedException {
    Head head = Heads.request("GET / HTTP/1.1", lines);
    ConnectionOptions options = ConnectionOptions.of(head);
    List<String> passing = new ArrayList<>();
    for (int i = 0; i < head.size(); i++) {
      if (HopByHop.passes(head, i, options)) {
        passing.add(head.name(i));
      }
    }
    return passing;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TE",
        "Upgrade",
        "trailer",
        "Connection",
        "keep-alive",
        "Content-Length",
        "HTTP2-Settings",
        "Proxy-Connection",
        "TRANSFER-ENCODING",
        "Proxy-Authenticate",
        "Proxy-Authorization"
      })
  void staysHere(String name) throws Exception {
    assertThat(passing(name + ": 1")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"X", "Via", "Host", "Cookie", "ab", "Cacheco", "Proxy-Connectiox", "T", "TEE"})
  void passes(String name) throws Exception {
    assertThat(passing(name + ": 1")).containsExactly(name);
  }

  @Test
  void whatConnectionNamesStaysHereToo() throws Exception {
    assertThat(
            passing(
                "Connection: close, X-One",
                "Connection: x-two",
                "X-One: 1",
                "X-Two: 2",
                "X-Three: 3",
                "X-Three: 4"))
        .containsExactly("X-Three", "X-Three");
  }

  @Test
  void hostStaysWhateverConnectionSays() throws Exception {
    assertThat(passing("Host: a", "Connection: Host, Content-Length", "Content-Length: 3"))
        .containsExactly("Host");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-, false, false, false",
        "close, true, false, false",
        "Keep-Alive, false, true, false",
        "'keep-alive, Close', true, true, false",
        "closed, false, false, false",
        "'\t upgrade ,x', false, false, true",
        "',, ,close,', true, false, false",
        "'close, X-Foo', true, false, false",
      })
  void optionsAreFoundInAnyCase(String value, boolean close, boolean keepAlive, boolean upgrade)
      throws Exception {
    Head head =
        value == null
            ? Heads.request("GET / HTTP/1.1")
            : Heads.request("GET / HTTP/1.1", "Connection: " + value);
    ConnectionOptions options = ConnectionOptions.of(head);
    assertThat(options.close()).isEqualTo(close);
    assertThat(options.keepAlive()).isEqualTo(keepAlive);
    assertThat(options.upgrade()).isEqualTo(upgrade);
  }

  @Test
  void allLinesAreOneList() throws Exception {
    ConnectionOptions options =
        ConnectionOptions.of(
            Heads.request("GET / HTTP/1.1", "Connection: keep-alive", "Connection: close, B"));
    assertThat(options.close()).isTrue();
    assertThat(options.named()).containsExactly("b");
  }

  @Test
  void itNamesAtMost32() throws Exception {
    assertThat(ConnectionOptions.of(Heads.request("GET / HTTP/1.1", naming(32))).named())
        .hasSize(32);
    assertThatThrownBy(() -> ConnectionOptions.of(Heads.request("GET / HTTP/1.1", naming(33))))
        .isInstanceOf(MalformedException.class);
  }

  private static String naming(int count) {
    return "Connection: "
        + String.join(", ", IntStream.range(0, count).mapToObj(i -> "x" + i).toList());
  }
}
