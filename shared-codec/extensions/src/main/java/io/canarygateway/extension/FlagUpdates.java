package io.canarygateway.extension;

import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Where a {@link FlagSource} brings its values. To be used on any thread; never blocks. */
public interface FlagUpdates {

  /**
   * Says all that the source has: flags that are not named any more fall back to the layers below.
   * What is good is applied as one revision. What fits its flag but not the other settings counts
   * as soon as it does.
   *
   * @param texts flag name to value in its text form
   * @return the values that were left out, by flag, and why; completes once the others are applied
   */
  CompletionStage<Map<String, String>> replaceAll(Map<String, String> texts);

  /**
   * Says that the source cannot be reached: its values stay, the gateway is degraded until the next
   * {@link #replaceAll}.
   *
   * @param reason one line for operators
   */
  void unreachable(String reason);
}
