package io.canarygateway.message;

/**
 * The answer to an {@link OverrideCommand} that was executed.
 *
 * @param flag the flag's name
 * @param value the value in force now, as {@code /debug/flagz} shows it; a secret is masked
 * @param source the layer whose value is in force now
 * @param revision the revision of the settings in force now
 */
public record OverrideResult(String flag, String value, String source, long revision) {}
