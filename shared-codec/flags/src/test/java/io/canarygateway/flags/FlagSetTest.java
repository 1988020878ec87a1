package io.canarygateway.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlagSetTest {

  @TempDir Path directory;

  private final FlagSet flags = new FlagSet();

  record TestJson(String string, int json) {}

  /** go-flagz's own endpoint test: the same flags, the same values. */
  private void declareGosExample() {
    flags.add(
        Flag.ofStatic(
            "some_static_string", FlagTypes.string(), "trolololo", "Some static string text"));
    flags.add(
        Flag.ofStatic("some_static_float", FlagTypes.float64(), 3.14, "Some static int text"));
    flags.add(
        Flag.ofDynamic(
            "some_dyn_stringslice",
            FlagTypes.stringSlice(),
            List.of("foo", "bar"),
            "Some dynamic slice text"));
    flags.add(
        Flag.ofDynamic(
            "some_dyn_json",
            JsonFlagTypes.json(TestJson.class),
            new TestJson("foo", 1337),
            "Some dynamic JSON text"));
    flags.set("some_static_string", "yolololo");
    flags.set("some_dyn_stringslice", "car,star");
  }

  @Test
  void itsJsonIsGosFieldByField() throws Exception {
    declareGosExample();
    JsonNode expected =
        new ObjectMapper()
            .readTree(
                """
                {
                  "checksum_static": "%s",
                  "checksum_dynamic": "%s",
                  "flags": [
                    {"name": "some_dyn_json", "description": "Some dynamic JSON text",
                     "current_value": "{\\n  \\"string\\": \\"foo\\",\\n  \\"json\\": 1337\\n}",
                     "default_value": "{\\n  \\"string\\": \\"foo\\",\\n  \\"json\\": 1337\\n}",
                     "is_changed": false, "is_dynamic": true},
                    {"name": "some_dyn_stringslice", "description": "Some dynamic slice text",
                     "current_value": "[car star]", "default_value": "[foo bar]",
                     "is_changed": true, "is_dynamic": true},
                    {"name": "some_static_float", "description": "Some static int text",
                     "current_value": "3.14", "default_value": "3.14",
                     "is_changed": false, "is_dynamic": false},
                    {"name": "some_static_string", "description": "Some static string text",
                     "current_value": "yolololo", "default_value": "trolololo",
                     "is_changed": true, "is_dynamic": false}
                  ]
                }"""
                    .formatted(
                        fnv("some_static_float3.14some_static_stringyolololo"),
                        fnv(
                            "some_dyn_json{\"string\":\"foo\",\"json\":1337}"
                                + "some_dyn_stringslice[car star]")));
    assertThat(new ObjectMapper().readTree(flags.flagz().toJson())).isEqualTo(expected);
  }

  /** FNV-1a as its authors describe it, written independently of the code. */
  private static String fnv(String text) {
    long hash = 2166136261L;
    for (char c : text.toCharArray()) {
      hash ^= c;
      hash = hash * 16777619L % (1L << 32);
    }
    return String.format("%08x", hash);
  }

  /**
   * By hand: offset basis 2166136261, prime 16777619. "a": (811c9dc5 xor 61) times prime is
   * e40c292c; the authors' own vector for "foobar" is bf9cf968.
   */
  @Test
  void theChecksumIsFnv1a() {
    assertThat(new Checksum().hex()).isEqualTo("811c9dc5");
    assertThat(new Checksum().add("a", "").hex()).isEqualTo("e40c292c");
    assertThat(new Checksum().add("foo", "bar").hex()).isEqualTo("bf9cf968");
    assertThat(fnv("foobar")).isEqualTo("bf9cf968");
  }

  @Test
  void jsonIsPrettyAsGoIndentsIt() {
    assertThat(JsonText.pretty("{\"a\":{},\"b\":[],\"c\":[1,{\"d\":\"<\"}]}"))
        .isEqualTo(
            "{\n  \"a\": {},\n  \"b\": [],\n  \"c\": [\n    1,\n    {\n      \"d\": \"\\u003c\"\n"
                + "    }\n  ]\n}");
  }

  @Test
  void aSetIsAllOrNothing() {
    LiveFlag<Long> one = flags.add(Flag.ofDynamic("one", FlagTypes.int64(), 1L, ""));
    LiveFlag<Long> two =
        flags.add(
            Flag.ofDynamic("two", FlagTypes.int64(), 2L, "")
                .withValidator(Validators.range(0L, 10L)));
    assertThatThrownBy(() -> flags.setAll(Map.of("one", "5", "two", "11", "none", "1")))
        .hasMessage(
            "none: \"1\" (expected a declared flag); "
                + "two: \"11\" (expected a whole number, 0 to 10)");
    assertThat(one.get()).isEqualTo(1);
    flags.setAll(Map.of("one", "5", "two", "10"));
    assertThat(one.get() + two.get()).isEqualTo(15);
  }

  @Test
  void readersSeeOldOrNewNeverAMixture() throws Exception {
    LiveFlag<Long> one = flags.add(Flag.ofDynamic("one", FlagTypes.int64(), 0L, ""));
    LiveFlag<Long> two = flags.add(Flag.ofDynamic("two", FlagTypes.int64(), 0L, ""));
    AtomicBoolean mixed = new AtomicBoolean();
    Thread reader =
        new Thread(
            () -> {
              while (one.get() < 2_000) {
                FlagSet.Snapshot seen = flags.snapshot();
                if (!seen.get(one).equals(seen.get(two))) {
                  mixed.set(true);
                }
              }
            });
    reader.start();
    for (int i = 1; i <= 2_000; i++) {
      flags.setAll(Map.of("one", "" + i, "two", "" + i));
    }
    reader.join();
    assertThat(mixed).isFalse();
  }

  @Test
  void aSealedSetRefusesStaticFlags() {
    flags.add(Flag.ofStatic("port", FlagTypes.int64(), 1L, ""));
    flags.set("port", "2");
    flags.seal();
    assertThatThrownBy(() -> flags.set("port", "3")).hasMessageContaining("at start");
  }

  @Test
  void notifiersRunOffTheCallersThreadInOrderAndMayFail() {
    LiveFlag<Long> one = flags.add(Flag.ofDynamic("one", FlagTypes.int64(), 0L, ""));
    List<String> told = new CopyOnWriteArrayList<>();
    one.onChange(
        (old, now) -> {
          throw new IllegalStateException("a notifier of a test, which fails");
        });
    one.onChange((old, now) -> told.add(old + ">" + now + Thread.currentThread().getName()));
    flags.set("one", "1");
    flags.set("one", "1");
    flags.set("one", "2");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> told.equals(List.of("0>1flag-notifier", "1>2flag-notifier")));
  }

  @Test
  void aCompanionNamesTheFileToReadFrom() throws Exception {
    Path file = Files.writeString(directory.resolve("limit"), "7\n");
    LiveFlag<Long> limit =
        flags.addWithFile(Flag.ofDynamic("limit", FlagTypes.int64(), 1L, ""), "");
    flags.readFiles();
    assertThat(limit.get()).isEqualTo(1);
    flags.set("limit_path", file.toString());
    flags.readFiles();
    assertThat(limit.get()).isEqualTo(7);
    Files.writeString(file, "seven");
    assertThatThrownBy(flags::readFiles).hasMessageContaining("limit: \"seven");
    Files.write(file, new byte[FlagFile.MAX_BYTES + 1]);
    assertThatThrownBy(flags::readFiles).hasMessageContaining("at most 1048576 bytes");
    Files.delete(file);
    assertThatThrownBy(flags::readFiles)
        .hasMessage(
            "limit_path: \"" + file + "\" (expected a readable file of at most 1048576 bytes)");
    assertThat(limit.get()).isEqualTo(7);
  }

  @Test
  void theReadyMadeValidators() {
    assertThat(Validators.range(1.5, 2).accepts(1.5)).isTrue();
    assertThat(Validators.range(1.5, 2).accepts(2.1)).isFalse();
    assertThat(Validators.range(1.5, 2).accepts(Double.NaN)).isFalse();
    assertThat(Validators.range(1L, 2L).accepts(2L)).isTrue();
    assertThat(Validators.range(1L, 2L).accepts(3L)).isFalse();
    assertThat(Validators.range(Duration.ZERO, Duration.ofMillis(5)).accepts(Duration.ofMillis(6)))
        .isFalse();
    assertThat(Validators.matches(Pattern.compile("b+")).accepts("abba")).isTrue();
    assertThat(Validators.matches(Pattern.compile("^b+$")).accepts("abba")).isFalse();
    assertThat(Validators.minElements(2).accepts(List.of("a"))).isFalse();
    assertThat(Validators.minElements(2).and(Validators.minElements(1)).accepts(List.of("a", "b")))
        .isTrue();
  }

  @Test
  void aDefaultThatItsValidatorRefusesIsAMistake() {
    Flag<Long> flag = Flag.ofDynamic("one", FlagTypes.int64(), 0L, "");
    assertThatThrownBy(() -> flag.withValidator(Validators.range(1L, 2L)))
        .isInstanceOf(FlagException.class);
    assertThatThrownBy(() -> Flag.ofDynamic("a b", FlagTypes.int64(), 0L, ""))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aNameIsDeclaredOnce() {
    flags.add(Flag.ofDynamic("one", FlagTypes.int64(), 0L, ""));
    assertThatThrownBy(() -> flags.add(Flag.ofDynamic("one", FlagTypes.bool(), false, "")))
        .hasMessage("declared twice: one");
  }
}
