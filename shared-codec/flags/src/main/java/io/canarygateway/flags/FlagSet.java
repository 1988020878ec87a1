package io.canarygateway.flags;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A set of flags whose values may change while a program reads them: go-flagz's flag set, for Java
 * programs of any kind.
 *
 * <p>Setting a flag parses the text, validates the value, swaps all values at once and then
 * notifies. A failure at any step leaves everything as it was.
 *
 * <p>Safe for use by several threads. Reading never waits; calls that set flags run one at a time.
 *
 * <p>The gateway does not use this class. Its flag watcher merges several sources and checks all
 * settings together, with the same {@link Flag} declarations.
 */
public final class FlagSet {

  private static final Logger LOG = System.getLogger(FlagSet.class.getName());

  private final Object writing = new Object();
  private final Executor notifying;
  private final Map<String, LiveFlag<?>> byName = new TreeMap<>();
  private final Map<String, Integer> indexes = new HashMap<>();
  private final List<List<BiConsumer<Object, Object>>> notifiers = new ArrayList<>();
  private final List<FileFlag> fileFlags = new ArrayList<>();
  private final List<Boolean> changed = new ArrayList<>();
  private boolean sealed;
  private volatile @Nullable Object[] values = {};

  private record FileFlag(LiveFlag<?> flag, LiveFlag<String> companion, String defaultPath) {}

  /** Creates an empty set whose notifiers run one after the other on a daemon thread. */
  public FlagSet() {
    this(Executors.newSingleThreadExecutor(FlagSet::daemon));
  }

  /**
   * Creates an empty set.
   *
   * @param notifying runs the notifiers; an executor with one thread keeps them in order
   */
  public FlagSet(Executor notifying) {
    this.notifying = notifying;
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "flag-notifier");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Declares a flag.
   *
   * @param flag the declaration
   * @param <T> the type of the value
   * @return the flag in this set
   * @throws IllegalArgumentException if the set has a flag of that name
   */
  public <T> LiveFlag<T> add(Flag<T> flag) {
    synchronized (writing) {
      if (indexes.putIfAbsent(flag.name(), values.length) != null) {
        throw new IllegalArgumentException("declared twice: " + flag.name());
      }
      LiveFlag<T> live = new LiveFlag<>(flag, this, values.length);
      byName.put(flag.name(), live);
      notifiers.add(new ArrayList<>());
      changed.add(false);
      @Nullable Object[] next = Arrays.copyOf(values, values.length + 1);
      next[values.length] = flag.defaultValue();
      values = next;
      return live;
    }
  }

  /**
   * Declares a flag and its companion {@code NAME_path}. The companion's value is the path of the
   * file that {@link #readFiles} reads the flag from.
   *
   * @param flag the declaration
   * @param defaultPath the file while the companion is not set; empty for none
   * @param <T> the type of the value
   * @return the flag in this set
   * @throws IllegalArgumentException if the set has a flag of one of the two names
   */
  public <T> LiveFlag<T> addWithFile(Flag<T> flag, String defaultPath) {
    Flag<String> companion = FlagRegistry.companion(flag);
    synchronized (writing) {
      if (indexes.containsKey(companion.name())) {
        throw new IllegalArgumentException("declared twice: " + companion.name());
      }
      LiveFlag<T> live = add(flag);
      fileFlags.add(new FileFlag(live, add(companion), defaultPath));
      return live;
    }
  }

  /**
   * Sets each flag that has a file to the file's content, without the line break at its end. Blocks
   * while it reads.
   *
   * @throws FlagException with every file that cannot be read or holds no valid value; then no flag
   *     is set
   */
  public void readFiles() {
    synchronized (writing) {
      Map<LiveFlag<?>, Object> read = new HashMap<>();
      List<Problem> problems = new ArrayList<>();
      fileFlags.stream()
          .sorted(Comparator.comparing(file -> file.flag().flag().name()))
          .forEach(file -> readFile(file, read, problems));
      swap(read, problems);
    }
  }

  private void readFile(FileFlag file, Map<LiveFlag<?>, Object> read, List<Problem> problems) {
    String set = file.companion().get();
    String path = set.isEmpty() ? file.defaultPath() : set;
    if (path.isEmpty()) {
      return;
    }
    try {
      refuseStatic(file.flag().flag(), path);
      read.put(file.flag(), file.flag().flag().parseFile(FlagFile.read(Path.of(path))));
    } catch (FlagException e) {
      problems.addAll(e.problems());
    } catch (IOException | InvalidPathException e) {
      problems.add(Problem.ofText(file.companion().flag().name(), path, FlagFile.EXPECTED));
    }
  }

  /**
   * Sets one flag.
   *
   * @param name the flag's name
   * @param text the value in its text form
   * @throws FlagException if the flag is not declared, if it is static and {@link #seal} was
   *     called, or if the value is refused
   */
  public void set(String name, String text) {
    setAll(Map.of(name, text));
  }

  /**
   * Sets several flags or none of them. A {@link #snapshot} has all the old values or all the new
   * ones.
   *
   * @param texts flag names to values in their text form
   * @throws FlagException with every flag that is not declared, is static after {@link #seal}, or
   *     has a value that is refused
   */
  public void setAll(Map<String, String> texts) {
    Map<LiveFlag<?>, Object> read = new HashMap<>();
    List<Problem> problems = new ArrayList<>();
    synchronized (writing) {
      new TreeMap<>(texts)
          .forEach(
              (name, text) -> {
                LiveFlag<?> live = byName.get(name);
                if (live == null) {
                  problems.add(Problem.ofText(name, text, "a declared flag"));
                } else {
                  try {
                    refuseStatic(live.flag(), text);
                    read.put(live, live.flag().parse(text));
                  } catch (FlagException e) {
                    problems.addAll(e.problems());
                  }
                }
              });
      swap(read, problems);
    }
  }

  /** Refuses changes of static flags from now on. */
  public void seal() {
    synchronized (writing) {
      sealed = true;
    }
  }

  private void refuseStatic(Flag<?> flag, String found) {
    if (sealed && !flag.dynamic()) {
      String shown = flag.secret() ? "a secret" : Problem.quote(found);
      throw new FlagException(
          List.of(new Problem(flag.name(), shown, "a static flag to be set at start")));
    }
  }

  private void swap(Map<LiveFlag<?>, Object> read, List<Problem> problems) {
    if (!problems.isEmpty()) {
      throw new FlagException(problems);
    }
    @Nullable Object[] old = values;
    @Nullable Object[] next = old.clone();
    read.forEach(
        (live, value) -> {
          next[live.index()] = value;
          changed.set(live.index(), true);
        });
    values = next;
    for (int i = 0; i < next.length; i++) {
      if (!Objects.equals(old[i], next[i])) {
        notifyChange(List.copyOf(notifiers.get(i)), old[i], next[i]);
      }
    }
  }

  private void notifyChange(
      List<BiConsumer<Object, Object>> all, @Nullable Object old, @Nullable Object now) {
    for (BiConsumer<Object, Object> notifier : all) {
      try {
        notifying.execute(() -> runNotifier(notifier, old, now));
      } catch (RejectedExecutionException e) {
        LOG.log(Level.ERROR, "the executor refuses to run a flag's notifier", e);
      }
    }
  }

  private static void runNotifier(
      BiConsumer<Object, Object> notifier, @Nullable Object old, @Nullable Object now) {
    try {
      notifier.accept(old, now);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a flag's notifier failed", e);
    }
  }

  /** {@return the flags, their values and checksums, as {@code /debug/flagz} shows them} */
  public Flagz flagz() {
    synchronized (writing) {
      Checksum statics = new Checksum();
      Checksum dynamics = new Checksum();
      List<FlagView> views = new ArrayList<>();
      byName
          .values()
          .forEach(live -> views.add(view(live, live.flag().dynamic() ? dynamics : statics)));
      return new Flagz(statics.hex(), dynamics.hex(), views);
    }
  }

  private <T> FlagView view(LiveFlag<T> live, Checksum checksum) {
    Flag<T> flag = live.flag();
    T value = live.get();
    checksum.add(flag.name(), value == null ? "" : flag.type().display(value));
    return FlagView.of(flag, value, changed.get(live.index()));
  }

  /** {@return all values of this moment, for reading several flags that have to fit together} */
  public Snapshot snapshot() {
    return new Snapshot(this, values);
  }

  /** The values of one moment. Immutable. */
  public static final class Snapshot {

    private final FlagSet set;
    private final @Nullable Object[] values;

    private Snapshot(FlagSet set, @Nullable Object[] values) {
      this.set = set;
      this.values = values;
    }

    /**
     * Reads the value of a flag.
     *
     * @param flag a flag of the same set
     * @param <T> the type of the value
     * @return the value; null only if the flag has no default and was not set
     * @throws IllegalArgumentException if the flag belongs to another set, or was declared later
     */
    @SuppressWarnings("unchecked") // This flag's own type has parsed the value.
    public <T> T get(LiveFlag<T> flag) {
      if (!flag.isOf(set) || flag.index() >= values.length) {
        throw new IllegalArgumentException("not in this snapshot: " + flag.flag().name());
      }
      return (T) values[flag.index()];
    }
  }

  @Nullable Object[] values() {
    return values;
  }

  @SuppressWarnings(
      "unchecked") // The notifier gets only values that this flag's own type has parsed.
  void addNotifier(int index, BiConsumer<?, ?> notifier) {
    synchronized (writing) {
      notifiers.get(index).add((BiConsumer<Object, Object>) notifier);
    }
  }
}
