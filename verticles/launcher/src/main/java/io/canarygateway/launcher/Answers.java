package io.canarygateway.launcher;

import io.canarygateway.config.TrustWarning;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Properties;

/** The texts that {@code --version}, {@code --help} and {@code --check} print to stdout. */
final class Answers {

  private Answers() {}

  /** The version of this gateway, such as {@code 1.0.0}. */
  static String version() {
    Properties properties = new Properties();
    try (InputStream in = resource("/gateway-version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new IllegalStateException("the version is part of the jar", e);
    }
    return properties.getProperty("version", "unknown");
  }

  static String help() {
    try (InputStream in = resource("/help.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("the help is part of the jar", e);
    }
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(Answers.class.getResourceAsStream(name), name);
  }

  /** What a gateway with this plan would do, then one line for each warning. */
  static String check(StartPlan plan) {
    StringBuilder text = new StringBuilder();
    plan.summary(version(), plan.values())
        .forEach((topic, line) -> text.append(topic).append(": ").append(line).append('\n'));
    TrustWarning.of(plan.values())
        .ifPresent(warning -> text.append("warning: ").append(warning).append('\n'));
    plan.ineffective().forEach(one -> text.append("warning: ").append(one).append('\n'));
    return text.toString();
  }
}
