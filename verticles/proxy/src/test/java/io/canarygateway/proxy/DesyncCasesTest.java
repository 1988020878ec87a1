package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedGateway;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests that two servers in a chain may take for different ones, as aws/http-desync-guardian
 * publishes them. Each is sent with bytes behind it that are a request to whoever finds another end
 * of its body.
 */
class DesyncCasesTest {

  private static final String CASES = "desync-cases.tsv";
  private static final String HIDDEN = "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final int REPETITIONS = 3;

  @RegisterExtension static final ScriptedGateway gateway = ProxyFixture.scripted();

  /** One line of the list. */
  record Case(String name, String rank, String answer, String head) {

    boolean passes() {
      return answer.startsWith("200 ");
    }

    Integer[] statuses() {
      return Stream.of(answer.split("/")).map(Integer::valueOf).toArray(Integer[]::new);
    }

    String method() {
      return head.substring(0, head.indexOf(' '));
    }

    /** What upstream has to see as its target. */
    String target() {
      String raw = head.substring(head.indexOf(' ') + 1, head.indexOf(" HTTP/"));
      return raw.chars()
          .mapToObj(c -> c < 0x80 ? Character.toString(c) : String.format("%%%02X", c))
          .collect(Collectors.joining());
    }

    /** A body that begins with a request, as long as the head says. */
    String body() {
      if (!answer.startsWith("200 length ")) {
        return answer.equals("200 chunked") ? HIDDEN : "";
      }
      int length = Integer.parseInt(answer.substring("200 length ".length()));
      return length < HIDDEN.length()
          ? "x".repeat(length)
          : HIDDEN + "x".repeat(length - HIDDEN.length());
    }

    String bodyAsSent() {
      return answer.equals("200 chunked")
          ? Integer.toHexString(HIDDEN.length()) + "\r\n" + HIDDEN + "\r\n0\r\n\r\n"
          : body();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Case> cases() throws IOException {
    try (InputStream in = DesyncCasesTest.class.getResourceAsStream(CASES)) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\t"))
          .map(cells -> new Case(cells[0], cells[1], cells[2], unescape(cells[3])))
          .toList();
    }
  }

  static List<Case> passing() throws IOException {
    return cases().stream().filter(Case::passes).toList();
  }

  static List<Case> refused() throws IOException {
    return cases().stream().filter(each -> !each.passes()).toList();
  }

  @Test
  void allOfTheListAreHere() throws IOException {
    assertThat(cases()).hasSize(159).extracting(Case::name).doesNotHaveDuplicates();
    assertThat(cases().stream().collect(Collectors.groupingBy(Case::rank, Collectors.counting())))
        .isEqualTo(Map.of("compliant", 28L, "acceptable", 15L, "ambiguous", 58L, "severe", 58L));
  }

  @Test
  void whatTheListCallsSevereIsRefused() throws IOException {
    assertThat(cases()).filteredOn(each -> each.rank().equals("severe")).noneMatch(Case::passes);
  }

  @ParameterizedTest
  @MethodSource("refused")
  void oneThatIsRefusedIsTheLastOfItsConnection(Case request) throws IOException {
    for (int i = 0; i < REPETITIONS; i++) {
      List<Reply> replies =
          gateway.replies(request.head() + "0\r\n\r\n" + HIDDEN.repeat(2) + ScriptedGateway.SECOND);
      assertThat(replies).as(request.name()).hasSize(1);
      assertThat(replies.get(0).status()).as(request.name()).isIn((Object[]) request.statuses());
      assertThat(replies.get(0).saysClose()).isTrue();
    }
    gateway.awaitQuiet();
    gateway.assertNothingReachedUpstream();
  }

  @ParameterizedTest
  @MethodSource("passing")
  void oneThatPassesEndsWhereItsHeadSays(Case request) throws IOException {
    for (int i = 0; i < REPETITIONS; i++) {
      gateway.upstream().reset();
      try (RawSocket client = gateway.client()) {
        client.send(request.head() + request.bodyAsSent() + ScriptedGateway.SECOND);
        assertThat(client.reply(request.method()).status()).isEqualTo(200);
        assertThat(client.reply().body()).isEqualTo("ok");
        assertThat(client.reply()).isNull();
      }
      assertThat(gateway.upstream().lines())
          .as(request.name())
          .containsExactly(
              request.method() + " " + request.target() + " HTTP/1.1", "GET /second HTTP/1.1");
      assertThat(gateway.upstream().received().get(0).body()).isEqualTo(request.body());
      assertThat(gateway.upstream().received().get(0).head().names())
          .noneMatch(name -> name.matches("transfer_encoding|content_length"));
      assertThat(gateway.upstream().faults()).isEmpty();
    }
  }

  private static String unescape(String text) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) != '\\') {
        plain.append(text.charAt(i));
        continue;
      }
      i++;
      switch (text.charAt(i)) {
        case 'r' -> plain.append('\r');
        case 'n' -> plain.append('\n');
        case 't' -> plain.append('\t');
        case 'x' -> {
          plain.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
          i += 2;
        }
        default -> plain.append(text.charAt(i));
      }
    }
    return plain.toString();
  }

  @Test
  void escapesAreThoseThatTheListUses() {
    assertThat(Arrays.asList(unescape("a\\r\\n\\t\\x01\\xffb\\\\").split("")))
        .containsExactly("a", "\r", "\n", "\t", "\u0001", "\u00ff", "b", "\\");
  }
}
