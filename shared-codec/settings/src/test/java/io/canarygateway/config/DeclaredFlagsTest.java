package io.canarygateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagRegistry;
import io.canarygateway.flags.FlagView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code flags.declare} in a configuration document. */
class DeclaredFlagsTest {

  private static final String TARGETS =
      "\"main-target\": \"http://m\", \"canary-target\": \"http://c\"";

  @TempDir Path directory;

  private static FlagValues read(String declarations, String more) throws ConfigException {
    return ConfigReader.read(
        "{" + TARGETS + ", \"flags\": {\"declare\": {" + declarations + "}}" + more + "}");
  }

  private static Map<String, String> shown(FlagValues values) {
    FlagRegistry registry = values.registry();
    return registry.flags().stream()
        .filter(flag -> !Settings.byName().containsKey(flag.name()))
        .collect(Collectors.toMap(Flag::name, flag -> view(flag, values).currentValue()));
  }

  private static <T> FlagView view(Flag<T> flag, FlagValues values) {
    return FlagView.of(flag, values.get(flag), false);
  }

  @Test
  void everyTypeHasAnEmptyValue() throws Exception {
    FlagValues values =
        read(
            """
            "a": {"type": "bool"}, "b": {"type": "int64"}, "c": {"type": "float64"},
            "d": {"type": "string"}, "e": {"type": "duration"}, "f": {"type": "string-slice"},
            "g": {"type": "string-set"}, "h": {"type": "json"},
            "i": {"type": "int64", "min": 1}""",
            "");
    assertThat(shown(values))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "a", "false", "b", "0", "c", "0", "d", "", "e", "0s", "f", "[]", "g", "[]", "h",
                "{}", "i", ""));
  }

  @Test
  void defaultsAndValuesMayBeJsonOrText() throws Exception {
    FlagValues values =
        read(
            """
            "cart.limit": {"type": "int64", "default": 5, "min": 1, "max": "10", "usage": "U"},
            "cart.on": {"type": "bool", "default": true},
            "cart.names": {"type": "string-set", "default": ["b", "a"], "min-elements": 1},
            "cart.rules": {"type": "json", "default": {"b": 1, "a": [2]}},
            "cart.wait": {"type": "duration", "default": "90s", "max": "2m"},
            "share": {"type": "float64", "default": 0.25, "min": 0, "max": 1},
            "colour": {"type": "string", "default": "red", "pattern": "^[a-z]+$"}""",
            ", \"cart\": {\"limit\": \"7\", \"on\": \"0\"}, \"cart.names\": \"z,y\", \"share\": 1e-2");
    assertThat(shown(values))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "cart.limit", "7",
                "cart.on", "false",
                "cart.names", "[y z]",
                "cart.rules", "{\n  \"a\": [\n    2\n  ],\n  \"b\": 1\n}",
                "cart.wait", "1m30s",
                "share", "0.01",
                "colour", "red"));
    assertThat(values.registry().byName().get("cart.limit").usage()).isEqualTo("U");
  }

  @Test
  void everyFaultIsTold() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    "a": {"type": "colour"}, "b": {"type": "int64", "default": "x"},
                    "c": {"type": "int64", "min": 5, "max": 4, "default": 5},
                    "d": {"type": "string", "pattern": "("}, "e": 5, "f": {"type": "bool", "min": 1},
                    "log": {"type": "bool"}, "strategy": {"type": "bool"}, "ä": {"type": "bool"},
                    "g": {"type": "int64", "min": 1}, "h": {"type": "json", "schema": {"type": 1}},
                    "i": {"type": "proto3"}, "j": {"type": "string-set", "min-elements": -1},
                    "k": {"type": "bool", "usage": 1, "secret": "yes"},
                    "l": {"type": "float64", "min": "low"}, "m": {}""",
                    ", \"cart\": 5"))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.problems().stream().map(problem -> problem.toString().split(": ")[0]))
                    .containsExactly(
                        "flags.declare.a.type",
                        "flags.declare.b.default",
                        "flags.declare.c.max",
                        "flags.declare.d.pattern",
                        "flags.declare.e",
                        "flags.declare.f.min",
                        "flags.declare.log",
                        "flags.declare.strategy",
                        "flags.declare",
                        "flags.declare.h.schema",
                        "flags.declare.i.schema",
                        "flags.declare.j.min-elements",
                        "flags.declare.k.usage",
                        "flags.declare.k.secret",
                        "flags.declare.l.min",
                        "flags.declare.m.type",
                        "cart"));
  }

  @Test
  void aValueIsCheckedByItsDeclaration() {
    assertThatThrownBy(() -> read("\"a\": {\"type\": \"int64\", \"max\": 10}", ", \"a\": 11"))
        .hasMessageStartingWith("a: 11 (expected a whole number, ");
    assertThatThrownBy(
            () ->
                read(
                    "\"a\": {\"type\": \"string\", \"secret\": true, \"pattern\": \"^x\"}",
                    ", \"a\": \"pw\""))
        .hasMessage("a: a secret (expected a string, a match of ^x)");
  }

  @Test
  void aCompanionReadsTheValueFromAFile() throws Exception {
    Path file = Files.writeString(directory.resolve("prefix"), "/from-file\n");
    FlagValues values =
        read(
            "\"a\": {\"type\": \"string\"}",
            ", \"trim-prefix_path\": \""
                + file
                + "\", \"trim-prefix\": \"/x\", \"a_path\": \""
                + file
                + "\"");
    assertThat(values.get(Settings.TRIM_PREFIX)).isEqualTo("/from-file");
    assertThat(shown(values)).containsEntry("a", "/from-file");
    assertThatThrownBy(() -> read("", ", \"trim-prefix_path\": \"/none\""))
        .hasMessage(
            "trim-prefix_path: \"/none\" (expected a readable file of at most 1048576 bytes)");
    Files.writeString(file, "neither");
    assertThatThrownBy(() -> read("", ", \"strategy_path\": \"" + file + "\""))
        .hasMessageStartingWith("strategy: \"neither\" (expected one of ");
  }

  @Test
  void declarationsMayStandUnderAFlatKey() throws Exception {
    FlagValues values =
        ConfigReader.read(
            "{" + TARGETS + ", \"flags.declare\": {\"a\": {\"type\": \"bool\"}}, \"a\": true}");
    assertThat(shown(values)).containsEntry("a", "true");
  }
}
