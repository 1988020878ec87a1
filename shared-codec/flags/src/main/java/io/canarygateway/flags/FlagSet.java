package io.canarygateway.flags;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;

/**
 * Flags with values that may change while they are read, for programs of any kind: nothing here
 * needs Vert.x. As in go-flagz, setting is parse, validate, swap, notify; any failure leaves
 * everything as it was. Safe for use by many threads: reading never waits, setting is one at a
 * time.
 */
public final class FlagSet {

  private static final Logger LOG = System.getLogger(FlagSet.class.getName());

  private final Object writing = new Object();
  private final Executor notifying;
  private final Map<String, LiveFlag<?>> byName = new TreeMap<>();
  private final Map<String, Integer> indexes = new HashMap<>();
  private final List<List<BiConsumer<Object, Object>>> notifiers = new ArrayList<>();
  private final Map<String, String> filePaths = new TreeMap<>();
  private final List<Boolean> changed = new ArrayList<>();
  private boolean sealed;
  private volatile Object[] values = {};

  /** A set whose notifiers run one after the other on a daemon thread of its own. */
  public FlagSet() {
    this(Executors.newSingleThreadExecutor(FlagSet::daemon));
  }

  /** A set whose notifiers run on an executor; one of a single thread keeps them in order. */
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
   * @throws IllegalArgumentException if its name is taken
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
      Object[] next = Arrays.copyOf(values, values.length + 1);
      next[values.length] = flag.defaultValue();
      values = next;
      return live;
    }
  }

  /**
   * Declares a flag and its companion {@code NAME_path}, the path of a file that {@link #readFiles}
   * reads it from.
   *
   * @param defaultPath where to read from unless the companion is set; empty for nowhere
   */
  public <T> LiveFlag<T> addWithFile(Flag<T> flag, String defaultPath) {
    Flag<String> companion = FlagRegistry.companion(flag);
    synchronized (writing) {
      if (indexes.containsKey(companion.name())) {
        throw new IllegalArgumentException("declared twice: " + companion.name());
      }
      LiveFlag<T> live = add(flag);
      add(companion);
      filePaths.put(flag.name(), defaultPath);
      return live;
    }
  }

  /**
   * Sets the flags with a companion that names a file to what stands there, a line break at the end
   * left out.
   *
   * @throws FlagException with every file that cannot be read or holds no valid value; nothing is
   *     set then
   */
  public void readFiles() {
    synchronized (writing) {
      Map<String, Object> read = new TreeMap<>();
      List<Problem> problems = new ArrayList<>();
      filePaths.forEach(
          (name, defaultPath) -> {
            Object set = values[indexes.get(name + FlagRegistry.COMPANION)];
            String path = set.equals("") ? defaultPath : (String) set;
            if (!path.isEmpty()) {
              try {
                refuseStatic(byName.get(name).flag(), path);
                read.put(name, byName.get(name).flag().parseFile(FlagFile.read(Path.of(path))));
              } catch (FlagException e) {
                problems.addAll(e.problems());
              } catch (IOException e) {
                problems.add(
                    Problem.ofText(name + FlagRegistry.COMPANION, path, FlagFile.EXPECTED));
              }
            }
          });
      swap(read, problems);
    }
  }

  /**
   * Sets one flag.
   *
   * @throws FlagException if it is not known, static after {@link #seal}, or the value not valid
   */
  public void set(String name, String text) {
    setAll(Map.of(name, text));
  }

  /**
   * Sets all of some flags or none: a {@link #snapshot} has either all the old values or all the
   * new ones.
   *
   * @throws FlagException with every flag that is not known, static after {@link #seal}, or has no
   *     valid value
   */
  public void setAll(Map<String, String> texts) {
    Map<String, Object> read = new TreeMap<>();
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
                    read.put(name, live.flag().parse(text));
                  } catch (FlagException e) {
                    problems.addAll(e.problems());
                  }
                }
              });
      swap(read, problems);
    }
  }

  /** From now on static flags are refused. */
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

  private void swap(Map<String, Object> read, List<Problem> problems) {
    if (!problems.isEmpty()) {
      throw new FlagException(problems);
    }
    Object[] old = values;
    Object[] next = old.clone();
    read.forEach(
        (name, value) -> {
          next[indexes.get(name)] = value;
          changed.set(indexes.get(name), true);
        });
    values = next;
    for (int i = 0; i < next.length; i++) {
      if (!Objects.equals(old[i], next[i])) {
        announce(List.copyOf(notifiers.get(i)), old[i], next[i]);
      }
    }
  }

  private void announce(List<BiConsumer<Object, Object>> told, Object old, Object now) {
    for (BiConsumer<Object, Object> notifier : told) {
      try {
        notifying.execute(() -> tell(notifier, old, now));
      } catch (RejectedExecutionException e) {
        LOG.log(Level.ERROR, "a flag's notifier is not told, for its executor refuses", e);
      }
    }
  }

  private static void tell(BiConsumer<Object, Object> notifier, Object old, Object now) {
    try {
      notifier.accept(old, now);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a flag's notifier failed", e);
    }
  }

  /** The flags, their values and checksums, as {@code /debug/flagz} shows them. */
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
    return FlagView.of(flag, value, changed.get(indexes.get(flag.name())));
  }

  /** All values of this moment, for whoever reads several flags that have to fit together. */
  public Snapshot snapshot() {
    return new Snapshot(this, values);
  }

  /** The values of one moment. Immutable. */
  public static final class Snapshot {

    private final FlagSet set;
    private final Object[] values;

    private Snapshot(FlagSet set, Object[] values) {
      this.set = set;
      this.values = values;
    }

    /**
     * The value of a flag.
     *
     * @throws IllegalArgumentException if the flag is of another set, or was declared later
     */
    @SuppressWarnings("unchecked") // What stands there was read by this flag's own type.
    public <T> T get(LiveFlag<T> flag) {
      if (!flag.isOf(set) || flag.index() >= values.length) {
        throw new IllegalArgumentException("not in this snapshot: " + flag.flag().name());
      }
      return (T) values[flag.index()];
    }
  }

  Object[] values() {
    return values;
  }

  @SuppressWarnings("unchecked") // Told only of values that this flag's own type has read.
  void addNotifier(int index, BiConsumer<?, ?> notifier) {
    synchronized (writing) {
      notifiers.get(index).add((BiConsumer<Object, Object>) notifier);
    }
  }
}
