package io.canarygateway.config;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagType;
import io.canarygateway.flags.FlagTypes;
import io.canarygateway.flags.Validator;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A collection of settings in the order of their declaration, with methods for the kinds that
 * several settings have in common.
 */
final class Catalogue {

  static final Duration MAX_TIMEOUT = Duration.ofDays(1);

  /** What the usage of each target ends with. */
  static final String TARGET_USAGE =
      " Its path and query come before the request's. A list of URLs with one scheme, path and query"
          + " names several servers; each address of each server gets requests.";

  private final Map<String, Flag<?>> flags = new LinkedHashMap<>();

  /** All settings of this catalogue by name, in the order of their declaration. */
  Map<String, Flag<?>> flags() {
    return Collections.unmodifiableMap(flags);
  }

  <T> Flag<T> flag(
      String name, FlagType<T> type, @Nullable T defaultValue, boolean dynamic, String usage) {
    return add(new Flag<>(name, type, defaultValue, dynamic, usage, null, false));
  }

  private <T> Flag<T> add(Flag<T> flag) {
    flags.put(flag.name(), flag);
    return flag;
  }

  Flag<String> host(String name, String defaultValue, String usage) {
    return flag(
        name,
        FlagTypes.matching("[A-Za-z0-9.:_%-]{0,255}", "a host name or address"),
        defaultValue,
        false,
        usage);
  }

  Flag<String> hostHeader(String name, String usage) {
    return flag(
        name,
        FlagTypes.matching(
            "([A-Za-z0-9._-]{1,255}|\\[[0-9A-Fa-f:.]{2,45}\\])?(:[0-9]{1,5})?",
            "a host with an optional port"),
        "",
        true,
        usage);
  }

  Flag<Long> port(String name, long defaultValue, String usage) {
    return flag(name, FlagTypes.int64(0, 65535), defaultValue, false, usage);
  }

  Flag<HttpUrl> url(String name, boolean dynamic, String usage) {
    FlagType<HttpUrl> type =
        FlagTypes.describe(
            FlagTypes.of(
                "url",
                FlagType.JsonForm.STRING,
                HttpUrl.EXPECTED,
                HttpUrl::parse,
                HttpUrl::toString),
            HttpUrl.SCHEMA);
    return flag(name, type, null, dynamic, usage);
  }

  /** One URL as canary-router has it, or several. */
  Flag<TargetUrls> target(String name, String usage) {
    FlagType<TargetUrls> type =
        FlagTypes.describe(
            FlagTypes.of(
                "url",
                FlagType.JsonForm.STRING_ARRAY,
                TargetUrls.EXPECTED,
                TargetUrls::parse,
                TargetUrls::format,
                TargetUrls::toString),
            TargetUrls.SCHEMA);
    return flag(name, type, null, true, usage);
  }

  Flag<Duration> timeout(String name, boolean dynamic, Duration defaultValue, String usage) {
    return flag(name, FlagTypes.seconds(Duration.ZERO, MAX_TIMEOUT), defaultValue, dynamic, usage);
  }

  Flag<Long> limit(String name, String usage) {
    return flag(name, FlagTypes.int64(0, Long.MAX_VALUE), 0L, true, usage);
  }

  Flag<Double> number(String name, double defaultValue, double min, double max, String usage) {
    String expected = plain(min) + " to " + plain(max);
    Validator<Double> validator =
        Validator.of(
            expected,
            Map.of("minimum", min, "maximum", max),
            value -> value >= min && value <= max);
    return add(
        Flag.ofDynamic(name, FlagTypes.float64(), defaultValue, usage).withValidator(validator));
  }

  private static String plain(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }

  /** A share of all clients, 0 to 1. Percentages are the usual mistake, so the error names one. */
  Flag<Double> fraction(String name, String usage) {
    return fraction(name, 0.0, usage);
  }

  Flag<Double> fraction(String name, double defaultValue, String usage) {
    return add(
        Flag.ofDynamic(name, FlagTypes.float64(), defaultValue, usage)
            .withValidator(
                Validator.of(
                    "0 to 1; 10 percent is 0.1",
                    Map.of("minimum", 0, "maximum", 1),
                    value -> value >= 0.0 && value <= 1.0)));
  }

  /** The name of a header or a cookie. It may be empty if the default is empty. */
  Flag<String> token(String name, String defaultValue, String usage) {
    String many = defaultValue.isEmpty() ? "{0,100}" : "{1,100}";
    return flag(
        name,
        FlagTypes.matching("[A-Za-z0-9!#$%&'*+.^_`|~-]" + many, "a name as HTTP allows it"),
        defaultValue,
        true,
        usage);
  }

  /** A path of a file or a directory; empty for none. */
  Flag<String> path(String name, @Nullable String defaultValue, String usage) {
    return path(name, defaultValue, false, usage);
  }

  Flag<String> path(String name, @Nullable String defaultValue, boolean dynamic, String usage) {
    return flag(
        name,
        FlagTypes.of(
            "string",
            FlagType.JsonForm.STRING,
            "a path",
            text -> Path.of(text).toString(),
            Function.identity()),
        defaultValue,
        dynamic,
        usage);
  }

  Flag<String> text(String name, String usage) {
    return flag(name, FlagTypes.string(), "", false, usage);
  }

  Flag<Boolean> bool(String name, boolean dynamic, String usage) {
    return flag(name, FlagTypes.bool(), false, dynamic, usage);
  }

  static FlagType<Long> status() {
    return FlagTypes.int64(100, 599);
  }
}
