package io.canarygateway.flagwatcher;

import io.canarygateway.config.FlagJson;
import io.canarygateway.config.Settings;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagView;
import io.canarygateway.message.OverrideCommand;
import io.canarygateway.message.OverrideResult;
import io.vertx.core.eventbus.Message;
import java.util.Optional;
import java.util.function.Supplier;

/** Executes the overrides that operators send by the event bus. On the watcher's context. */
final class OverrideCommands {

  private static final String ORIGIN = "api";

  /** Sets and removes overrides on all nodes. */
  interface Target {
    /**
     * Sets an override.
     *
     * @param text makes the text in canonical form; empty to remove the override
     * @throws IllegalArgumentException if the value is refused; the message is for operators
     */
    void put(Flag<?> flag, Supplier<Optional<String>> text, String origin, String by);
  }

  private final FlagStore store;
  private final Target target;

  OverrideCommands(FlagStore store, Target target) {
    this.store = store;
    this.target = target;
  }

  void execute(Message<OverrideCommand> message) {
    OverrideCommand command = message.body();
    Flag<?> flag = store.registry().declared(command.flag()).orElse(null);
    if (flag == null) {
      message.fail(OverrideCommand.NOT_FOUND, "no flag of this name");
    } else if (!flag.dynamic() || Settings.ofDocumentOnly(flag.name())) {
      message.fail(OverrideCommand.CONFLICT, flag.name() + ": static, so it needs a restart");
    } else {
      put(message, flag, command);
    }
  }

  private void put(Message<OverrideCommand> message, Flag<?> flag, OverrideCommand command) {
    try {
      target.put(
          flag,
          () -> command.value().map(json -> FlagJson.canonical(flag, json)),
          ORIGIN,
          command.by());
    } catch (IllegalArgumentException e) {
      message.fail(OverrideCommand.BAD_REQUEST, String.valueOf(e.getMessage()));
      return;
    }
    message.reply(
        new OverrideResult(
            flag.name(), shown(flag), store.source(flag.name()).label(), store.revision()));
  }

  private <T> String shown(Flag<T> flag) {
    return FlagView.shown(flag, store.current().values().get(flag));
  }
}
