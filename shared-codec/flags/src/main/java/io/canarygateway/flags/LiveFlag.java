package io.canarygateway.flags;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A flag in a {@link FlagSet}, with its value now. Safe for use by any thread. Reading is one
 * volatile read and never waits.
 *
 * @param <T> the type of the value
 */
public final class LiveFlag<T extends @Nullable Object> {

  private final Flag<T> flag;
  private final FlagSet set;
  private final int index;

  LiveFlag(Flag<T> flag, FlagSet set, int index) {
    this.flag = flag;
    this.set = set;
    this.index = index;
  }

  /** {@return the value now; null only if the flag has no default and was not set} */
  @SuppressWarnings("unchecked") // This flag's own type has parsed the value.
  public T get() {
    return (T) set.values()[index];
  }

  boolean isOf(FlagSet other) {
    return set == other;
  }

  int index() {
    return index;
  }

  /** {@return the declaration} */
  public Flag<T> flag() {
    return flag;
  }

  /**
   * Adds a listener to changes of this flag. A listener that throws is logged.
   *
   * @param notifier gets the old and the new value, on the set's executor
   * @return this flag
   */
  public LiveFlag<T> onChange(BiConsumer<? super T, ? super T> notifier) {
    set.addNotifier(index, notifier);
    return this;
  }
}
