package io.canarygateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagException;
import io.canarygateway.flags.JsonValue;
import io.canarygateway.flags.Problem;
import java.util.List;

/** Values of single flags as JSON, in the same forms as in the configuration document. */
public final class FlagJson {

  private FlagJson() {}

  /**
   * Reads a value.
   *
   * @param flag the flag
   * @param json one JSON value: of the flag's form, or a string with the flag's text
   * @return the value in canonical form
   * @throws FlagException if the flag refuses the value
   * @throws IllegalArgumentException if the text is not JSON
   */
  public static String canonical(Flag<?> flag, String json) {
    JsonNode value = JsonValue.parse(json).toTree();
    String text = value.isNull() ? null : JsonTexts.of(value, flag.type().jsonForm());
    if (text == null) {
      String found = flag.secret() ? "a secret" : JsonTexts.shown(value);
      throw new FlagException(List.of(new Problem(flag.name(), found, flag.expected())));
    }
    return flag.canonical(text);
  }
}
