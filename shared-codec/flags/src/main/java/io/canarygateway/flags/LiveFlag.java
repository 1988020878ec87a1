package io.canarygateway.flags;

import java.util.function.BiConsumer;

/**
 * A flag in a {@link FlagSet}: its value now. Safe for use by any thread; reading is one volatile
 * read and never waits.
 *
 * @param <T> the type of the value
 */
public final class LiveFlag<T> {

  private final Flag<T> flag;
  private final FlagSet set;
  private final int index;

  LiveFlag(Flag<T> flag, FlagSet set, int index) {
    this.flag = flag;
    this.set = set;
    this.index = index;
  }

  /** The value now. */
  @SuppressWarnings("unchecked") // What stands there was read by this flag's own type.
  public T get() {
    return (T) set.values()[index];
  }

  boolean isOf(FlagSet other) {
    return set == other;
  }

  int index() {
    return index;
  }

  /** The declaration. */
  public Flag<T> flag() {
    return flag;
  }

  /**
   * Has a listener told of each change, with the old and the new value, on the set's executor; one
   * that throws is logged.
   *
   * @return this flag
   */
  public LiveFlag<T> onChange(BiConsumer<? super T, ? super T> notifier) {
    set.addNotifier(index, notifier);
    return this;
  }
}
