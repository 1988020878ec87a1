package io.canarygateway.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class KeyNamesTest {

  private static StateKey key(List<String> path) {
    return new StateKey(path, "app", "v");
  }

  /** Texts of few different characters, so that different paths often look alike. */
  @Provide
  Arbitrary<List<String>> paths() {
    return Arbitraries.strings()
        .withChars('a', '/', ',', '%', '2', 'F', '.', '~', 'ä', '\uD83D', '\uDE00', '\u0000')
        .ofMaxLength(4)
        .list()
        .ofMinSize(1)
        .ofMaxSize(3);
  }

  @Property(tries = 5_000)
  void differentKeysHaveDifferentNames(
      @ForAll("paths") List<String> one, @ForAll("paths") List<String> two) {
    boolean same = one.equals(two);
    assertThat(KeyNames.etcd(key(one)).equals(KeyNames.etcd(key(two)))).isEqualTo(same);
    assertThat(KeyNames.file(key(one)).equals(KeyNames.file(key(two)))).isEqualTo(same);
  }

  @Property(tries = 500)
  void namesAreBoundedAndPlain(@ForAll List<String> segments, @ForAll String more) {
    List<String> path = new java.util.ArrayList<>(segments);
    path.add(more);
    assertThat(KeyNames.file(key(path)))
        .matches("[A-Za-z0-9_.%,~-]*\\.state")
        .hasSizeLessThanOrEqualTo(246);
    assertThat(KeyNames.etcd(key(path))).matches("/gateway/[A-Za-z0-9_.%/-]*");
    assertThat(KeyNames.bounded(more, 128).getBytes(UTF_8)).hasSizeLessThanOrEqualTo(128);
  }

  @Example
  void ordinaryKeysAreReadable() {
    StateKey key = StateKey.breaker("prod", "app", "2");
    assertThat(KeyNames.etcd(key)).isEqualTo("/gateway/breakers/prod/2");
    assertThat(KeyNames.file(key)).isEqualTo("breakers,prod,2.state");
    assertThat(KeyNames.etcd(key(List.of("a/b c", "ü")))).isEqualTo("/gateway/a%2Fb%20c/%C3%BC");
  }

  @Example
  void breakersOfRoutesHaveKeysOfTheirOwn() {
    StateKey own = StateKey.routeBreaker("prod", "shop", "2");
    assertThat(KeyNames.etcd(own)).isEqualTo("/gateway/breakers/prod/shop/2");
    assertThat(own.application()).isEqualTo("shop");
    assertThat(own.version()).isEqualTo("breaker:2");
    StateKey sharing = StateKey.routeBreaker("prod", "shop", "cart", "2");
    assertThat(KeyNames.etcd(sharing)).isEqualTo("/gateway/breakers/prod/shop/cart/2");
    assertThat(sharing.application()).isEqualTo("shop");
    assertThat(sharing.version()).isEqualTo("breaker/cart:2");
  }

  @Example
  void aNameThatLooksHashedCannotBeThatOfALongOne() {
    String hashed = KeyNames.bounded("x".repeat(200), 128);
    assertThat(hashed).startsWith("xxx").contains("~").hasSize(128);
    assertThat(KeyNames.bounded(hashed, 128)).isNotEqualTo(hashed);
    assertThat(KeyNames.bounded("x".repeat(128), 128)).isEqualTo("x".repeat(128));
    assertThat(KeyNames.bounded("x".repeat(199) + "y", 128)).isNotEqualTo(hashed);
  }

  @Example
  void aKeyNeedsAPath() {
    assertThatThrownBy(() -> key(List.of())).isInstanceOf(IllegalArgumentException.class);
  }
}
