package io.canarygateway.flagwatcher;

import io.canarygateway.config.ConfigException;
import io.canarygateway.config.ConfigReader;
import io.canarygateway.config.FlagValues;
import io.canarygateway.flags.FlagException;
import io.canarygateway.flags.Problem;
import io.canarygateway.message.ComponentHealth.Status;
import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The file of {@code -conf}: an edit that is valid as a whole counts, one that is not is refused
 * whole. On one context.
 */
final class ConfSource {

  private static final String TEXT = "text";
  private static final int MAX_BYTES = 1 << 20;

  private final Vertx vertx;
  private final Path document;
  private final FlagStore store;
  private final FlagSink sink;
  private final ConfigRetriever retriever;
  private String seen = "";

  /** The last refusal; the same one is not told of again. */
  private List<Problem> told = List.of();

  /** Whether what the document says now is not in force. */
  private boolean refused;

  /** The files that companions name, for they may change too. */
  private List<Path> companions;

  ConfSource(Vertx vertx, Path document, FlagStore store, FlagSink sink) {
    this.vertx = vertx;
    this.document = document;
    this.store = store;
    this.sink = sink;
    this.companions = companionsOf(store);
    this.retriever =
        ConfigRetriever.create(
            vertx,
            new ConfigRetrieverOptions()
                .setIncludeDefaultStores(false)
                .setScanPeriod(-1)
                .addStore(
                    new ConfigStoreOptions()
                        .setType("file")
                        .setOptional(true)
                        .setFormat("raw")
                        .setConfig(
                            new JsonObject()
                                .put("path", document.toAbsolutePath().toString())
                                .put("raw.type", "binary")
                                .put("raw.key", TEXT))));
  }

  /** The directories in which something happens if the file changes. Blocks. */
  List<Path> watched() {
    List<Path> watched = new ArrayList<>(FileWatch.directoriesOf(document));
    companions.forEach(file -> watched.addAll(FileWatch.directoriesOf(file)));
    return watched;
  }

  /** Reads the file and applies what changed. */
  Future<Void> refresh() {
    return retriever
        .getConfig()
        .compose(
            config -> {
              byte[] bytes = config.getBinary(TEXT);
              return vertx
                  .executeBlocking(() -> fingerprint(bytes))
                  .compose(
                      fingerprint -> {
                        if (fingerprint.equals(seen) && !refused) {
                          return synced();
                        }
                        if (fingerprint.equals(seen) && bytes == null) {
                          return Future.<Void>succeededFuture();
                        }
                        // What was refused may be good by now: another source or a file that is
                        // named may have changed.
                        seen = fingerprint;
                        return bytes == null ? missing() : read(bytes);
                      });
            });
  }

  /** What the document says, and the state of the files that its companions name. */
  private String fingerprint(byte[] bytes) {
    StringBuilder fingerprint =
        new StringBuilder(bytes == null ? "nothing" : new String(bytes, StandardCharsets.UTF_8));
    for (Path file : companions) {
      try {
        fingerprint
            .append('\n')
            .append(file.toRealPath())
            .append(Files.getLastModifiedTime(file).toMillis())
            .append('/')
            .append(Files.size(file));
      } catch (IOException e) {
        fingerprint.append("\nnone");
      }
    }
    return fingerprint.toString();
  }

  private Future<Void> synced() {
    sink.synced(Layer.CONF);
    return Future.succeededFuture();
  }

  private Future<Void> missing() {
    return refuse(List.of(new Problem(ConfigReader.DOCUMENT, "nothing", "a readable file")));
  }

  private Future<Void> read(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      return refuse(
          List.of(
              new Problem(
                  ConfigReader.DOCUMENT,
                  bytes.length + " bytes",
                  "at most " + MAX_BYTES + " bytes")));
    }
    // On a worker, since files that companions name are read too.
    return vertx
        .executeBlocking(() -> changes(ConfigReader.read(text(bytes))))
        .compose(this::apply)
        .recover(
            failure ->
                refuse(
                    failure instanceof ConfigException e
                        ? e.problems()
                        : List.of(
                            new Problem(ConfigReader.DOCUMENT, failure.toString(), "a document"))));
  }

  private static String text(byte[] bytes) throws ConfigException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new ConfigException(
          List.of(new Problem(ConfigReader.DOCUMENT, "other bytes", "a document in UTF-8")));
    }
  }

  /**
   * What an edit changes.
   *
   * @throws ConfigException if a value is not one of the flag as it was declared at start: another
   *     declaration needs a restart
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
                    .ifPresent(flag -> changes.add(change(name, flag.canonical(text))));
              } catch (FlagException e) {
                problems.addAll(e.problems());
              }
            });
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return changes;
  }

  private Change change(String name, String text) {
    return new Change(Layer.CONF, name, text, document.toString());
  }

  private Future<Void> apply(List<Change> edited) {
    Map<String, Change> wanted = new TreeMap<>();
    store.layer(Layer.CONF).keySet().forEach(name -> wanted.put(name, change(name, null)));
    edited.forEach(change -> wanted.put(change.flag(), change));
    List<Change> changes = new ArrayList<>();
    for (Change change : wanted.values()) {
      String name = change.flag();
      boolean companion = !store.registry().byName().containsKey(name);
      if (companion || store.registry().byName().get(name).dynamic()) {
        changes.add(change);
      } else if (!Objects.equals(change.text(), store.lastWord(Layer.CONF, name))) {
        sink.refuse(
            Layer.CONF,
            new RawValue(name, new byte[0], document.toString()),
            new RawValue.Reading(
                RawValue.Worth.STATIC,
                null,
                new Problem(name, "another value", "a restart: the setting is static")));
      }
    }
    Map<Change, Problem> refusals = sink.apply(changes, false);
    if (!refusals.isEmpty()) {
      return refuse(List.copyOf(new LinkedHashSet<>(refusals.values())));
    }
    refused = false;
    told = List.of();
    companions = companionsOf(store);
    sink.status(Layer.CONF, Status.UP, document.toString());
    return synced();
  }

  private static List<Path> companionsOf(FlagStore store) {
    return store.layer(Layer.CONF).entrySet().stream()
        .filter(entry -> store.registry().companionOf(entry.getKey()).isPresent())
        .map(entry -> Path.of(entry.getValue().text()))
        .toList();
  }

  private Future<Void> refuse(List<Problem> problems) {
    refused = true;
    if (!problems.equals(told)) {
      told = problems;
      sink.refuseDocument(Layer.CONF, problems, document.toString());
    }
    sink.status(Layer.CONF, Status.DEGRADED, "refused, so a restart would fail: " + document);
    return Future.succeededFuture();
  }

  void close() {
    retriever.close();
  }
}
