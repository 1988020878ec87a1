package io.canarygateway.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The contract of every flag type. */
abstract class FlagTypeContract<T> {

  abstract FlagType<T> type();

  /** Valid texts, and the form in which Go shows them. */
  abstract Map<String, String> good();

  abstract List<String> bad();

  private Flag<T> flag() {
    return Flag.ofDynamic("a.flag", type(), type().parse(first()), "Usage.");
  }

  private String first() {
    return good().keySet().iterator().next();
  }

  @Test
  void whatItReadsItShowsAsGoDoes() {
    good()
        .forEach((text, shown) -> assertThat(type().display(type().parse(text))).isEqualTo(shown));
  }

  @Test
  void whatItWritesItReadsAsAnEqualValue() {
    for (String text : good().keySet()) {
      T value = type().parse(text);
      String canonical = type().format(value);
      assertThat(type().parse(canonical)).isEqualTo(value);
      assertThat(type().format(type().parse(canonical))).isEqualTo(canonical);
    }
  }

  @Test
  void aStoresBytesAreRead() {
    for (String text : good().keySet()) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      assertThat(type().parse(bytes)).isEqualTo(type().parse(text));
    }
  }

  @Test
  void aLineBreakAtTheEndOfAFileIsNotPartOfTheValue() {
    for (String text : good().keySet()) {
      byte[] bytes = (text + "\r\n").getBytes(StandardCharsets.UTF_8);
      assertThat(type().parseFile(bytes)).isEqualTo(type().parse(text));
    }
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    assertThatThrownBy(() -> type().parse(new byte[] {'{', (byte) 0xc3, '(', '}'}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsNoValueIsRefusedAndChangesNothing() {
    FlagSet flags = new FlagSet(Runnable::run);
    LiveFlag<T> live = flags.add(flag());
    List<Object> told = new ArrayList<>();
    live.onChange((old, now) -> told.add(now));
    T before = live.get();
    for (String text : bad()) {
      assertThatThrownBy(() -> flags.set("a.flag", text))
          .as(text)
          .isInstanceOf(FlagException.class)
          .hasMessageStartingWith("a.flag: ")
          .hasMessageContaining("expected " + type().expected());
      assertThat(live.get()).isSameAs(before);
    }
    assertThat(told).isEmpty();
    assertThat(flags.flagz().flags().get(0).changed()).isFalse();
  }

  @Test
  void aChangeIsReadAndTold() {
    FlagSet flags = new FlagSet(Runnable::run);
    LiveFlag<T> live = flags.add(flag());
    List<Object> told = new ArrayList<>();
    live.onChange((old, now) -> told.addAll(Arrays.asList(old, now)));
    T old = live.get();
    for (String text : good().keySet()) {
      T now = type().parse(text);
      told.clear();
      flags.set("a.flag", text);
      assertThat(live.get()).isEqualTo(now);
      assertThat(told).isEqualTo(now.equals(old) ? List.of() : List.of(old, now));
      old = now;
    }
  }

  @Test
  void theValidatorHasTheLastWord() {
    FlagSet flags = new FlagSet(Runnable::run);
    T only = type().parse(first());
    LiveFlag<T> live = flags.add(flag().withValidator(Validator.of("the first one", only::equals)));
    for (String text : good().keySet()) {
      if (!type().parse(text).equals(only)) {
        assertThatThrownBy(() -> flags.set("a.flag", text)).hasMessageContaining("the first one");
      }
    }
    assertThat(live.get()).isEqualTo(only);
  }

  @Test
  void aValidatorThatFailsRefuses() {
    Flag<T> flag =
        Flag.ofDynamic("a", type(), (T) null, "")
            .withValidator(
                Validator.of(
                    "nothing",
                    value -> {
                      throw new IllegalStateException("broken");
                    }));
    assertThatThrownBy(() -> flag.parse(first())).isInstanceOf(FlagException.class);
  }

  @Test
  void aSecretIsNeverShown() {
    Flag<T> secret = flag().asSecret();
    T value = type().parse(first());
    assertThat(FlagView.of(secret, value, true).currentValue()).isEqualTo("***");
    for (String text : bad()) {
      assertThatThrownBy(() -> secret.parse(text)).hasMessageStartingWith("a.flag: a secret (");
    }
  }
}
