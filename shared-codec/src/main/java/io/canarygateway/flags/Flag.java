package io.canarygateway.flags;

import java.util.Objects;

/**
 * A named, typed setting.
 *
 * @param name the flag's name, in the form of a path: {@code circuit-breaker.error-limit-canary}
 * @param type how its text is read and written
 * @param defaultValue the value when nothing sets it; null means "not set"
 * @param dynamic whether it may change while the process runs; a static flag is read at start only
 * @param usage one sentence for operators
 * @param <T> the type of the value
 */
public record Flag<T>(
    String name, FlagType<T> type, T defaultValue, boolean dynamic, String usage) {

  public Flag {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(usage, "usage");
  }
}
