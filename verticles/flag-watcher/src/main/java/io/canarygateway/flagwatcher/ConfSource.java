package io.canarygateway.flagwatcher;

import io.canarygateway.config.ConfigException;
import io.canarygateway.config.ConfigReader;
import io.canarygateway.config.FlagValues;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagException;
import io.canarygateway.flags.Problem;
import io.canarygateway.message.ComponentHealth.Status;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The configuration document, {@code -conf}. If the document is a file, its edits are followed: a
 * valid edit is applied whole, and an edit with any fault is refused whole. On one context.
 */
final class ConfSource implements FileSource {

  private final Vertx vertx;
  private final FlagValues initialValues;
  private final UnaryOperator<FlagValues> edit;
  private final Optional<ConfFile> file;
  private final String origin;
  private final FlagStore store;
  private final FlagSink sink;
  private String fingerprint = "";

  /** Whether the document as it is now is not in force. */
  private boolean refused;

  /** The problems of the last refusal: the same ones are reported once. */
  private List<Problem> reported = List.of();

  /** The files that {@code NAME_path} flags of the document name. */
  private List<Path> companions = List.of();

  /** Creates the source of a document that has been read once. */
  ConfSource(Vertx vertx, FlagWatcherConfig config, FlagStore store, FlagSink sink) {
    this.vertx = vertx;
    this.initialValues = config.conf();
    this.edit = config.edit();
    Optional<Path> document = Optional.ofNullable(config.document());
    this.file = document.map(path -> new ConfFile(vertx, path));
    this.origin = document.map(Path::toString).orElse("");
    this.store = store;
    this.sink = sink;
  }

  @Override
  public Future<List<Change>> initialise() {
    List<Change> changes = new ArrayList<>();
    initialValues
        .texts()
        .forEach((name, text) -> changes.add(Change.set(Layer.CONF, name, text, origin)));
    return Future.succeededFuture(changes);
  }

  @Override
  public void initialised(List<Change> changes, Map<Change, Problem> refused) {
    if (file.isPresent()) {
      companions = companions();
      sink.status(Layer.CONF, Status.UP, origin);
    }
  }

  @Override
  public List<Path> watched() {
    List<Path> watched = new ArrayList<>(companions);
    file.ifPresent(conf -> watched.add(conf.path()));
    return watched;
  }

  @Override
  public Future<Void> refresh() {
    return file.isEmpty()
        ? Future.succeededFuture()
        : file.get().read(companions).compose(this::refresh);
  }

  private Future<Void> refresh(ConfFile.Content content) {
    boolean same = content.fingerprint().equals(fingerprint);
    fingerprint = content.fingerprint();
    if (same && !refused) {
      sink.synced(Layer.CONF);
      return Future.succeededFuture();
    }
    if (content.bytes().isEmpty()) {
      if (!same) {
        refuse(List.of(new Problem(ConfigReader.DOCUMENT, "nothing", "a readable file")));
      }
      return Future.succeededFuture();
    }
    // A refused document is read again even if it is the same: another source may have changed, so
    // that the document fits now.
    return read(content.bytes().get());
  }

  private Future<Void> read(byte[] bytes) {
    // On a worker, since the files that NAME_path flags name are read too.
    return vertx
        .executeBlocking(() -> changes(edit.apply(ConfigReader.read(ConfFile.text(bytes)))))
        .<Void>map(
            edited -> {
              apply(edited);
              return null;
            })
        .recover(
            failure -> {
              refuse(
                  failure instanceof ConfigException e
                      ? e.problems()
                      : List.of(
                          new Problem(ConfigReader.DOCUMENT, failure.toString(), "a document")));
              return Future.succeededFuture();
            });
  }

  /**
   * The changes that bring the layer to an edited document.
   *
   * @throws ConfigException if a value is not of its flag's type as it was declared at the start: a
   *     new declaration needs a restart
   */
  private List<Change> changes(FlagValues edited) throws ConfigException {
    List<Change> changes = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    edited
        .texts()
        .forEach(
            (name, text) -> {
              try {
                store
                    .registry()
                    .find(name)
                    .map(flag -> Change.set(Layer.CONF, name, flag.canonical(text), origin))
                    .ifPresent(changes::add);
              } catch (FlagException e) {
                problems.addAll(e.problems());
              }
            });
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return changes;
  }

  private void apply(List<Change> edited) {
    Map<String, Change> wanted = new TreeMap<>();
    store
        .layer(Layer.CONF)
        .keySet()
        .forEach(name -> wanted.put(name, Change.remove(Layer.CONF, name, origin)));
    edited.forEach(change -> wanted.put(change.flag(), change));
    List<Change> changes = new ArrayList<>();
    for (Change change : wanted.values()) {
      if (!store.isStatic(change.flag())) {
        changes.add(change);
      } else if (!change.text().equals(store.newest(Layer.CONF, change.flag()))) {
        sink.refuse(
            Layer.CONF, RawValue.Refused.becauseStatic(change.flag(), "another value"), origin);
      }
    }
    for (Flag<?> flag : store.registry().flags()) {
      if (!flag.dynamic()) {
        Optional<Change> change = Optional.ofNullable(wanted.get(flag.name()));
        sink.staticValue(Layer.CONF, flag.name(), change.flatMap(Change::text));
      }
    }
    Map<Change, Problem> refusals = sink.apply(changes, false);
    if (!refusals.isEmpty()) {
      refuse(List.copyOf(new LinkedHashSet<>(refusals.values())));
      return;
    }
    refused = false;
    reported = List.of();
    companions = companions();
    sink.status(Layer.CONF, Status.UP, origin);
    sink.synced(Layer.CONF);
  }

  private List<Path> companions() {
    return store.layer(Layer.CONF).entrySet().stream()
        .filter(entry -> store.registry().companionOf(entry.getKey()).isPresent())
        .map(entry -> Path.of(entry.getValue().text()))
        .toList();
  }

  private void refuse(List<Problem> problems) {
    refused = true;
    if (!problems.equals(reported)) {
      reported = problems;
      sink.refuseDocument(Layer.CONF, problems, origin);
    }
    sink.status(Layer.CONF, Status.DEGRADED, "refused, so a restart would fail: " + origin);
  }

  @Override
  public Future<Void> close() {
    file.ifPresent(ConfFile::close);
    return Future.succeededFuture();
  }
}
