package io.canarygateway.extension;

import java.util.Map;
import java.util.concurrent.CompletionStage;

/** The receiver of a {@link FlagSource}'s values. Any thread may call it; calls never block. */
public interface FlagUpdates {

  /**
   * Replaces all values of the source. A flag that is missing now falls back to the layers below.
   *
   * <p>All valid values are applied as one revision. A value that is valid by itself but does not
   * fit the other settings is kept, and applied as soon as it fits.
   *
   * @param texts flag names to values in their text form
   * @return completes once the valid values are applied, with the refused values: flag names to
   *     reasons
   */
  CompletionStage<Map<String, String>> replaceAll(Map<String, String> texts);

  /**
   * Reports that the source cannot be reached. Its values stay, and the gateway is degraded until
   * the next {@link #replaceAll}.
   *
   * @param reason one line for operators
   */
  void unreachable(String reason);
}
