package io.canarygateway.metrics;

import io.canarygateway.config.RouteConfig;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.FlagReport;
import io.canarygateway.message.FlagReport.FlagState;
import io.canarygateway.message.Journal;
import io.canarygateway.message.ReleaseReports;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Collects what the page shows, for all of its readers at once: 100 readers cost what one costs. On
 * one context.
 */
final class PageStates {

  /** The age from which routes are read anew; a change makes them be read at once. */
  private static final long MAX_AGE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** The age from which flags are read anew, though no settings have changed. */
  private static final long MAX_FLAGS_AGE_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** If there is no answer within this time, the last one is shown. */
  private static final long PATIENCE_SECONDS = 2;

  /**
   * What the page shows at one moment.
   *
   * @param flags all flags; null if no flag watcher answers
   * @param routes the routes, the worst first
   * @param topLevel the kill switch of all routes
   * @param isOld whether what is shown of flags and releases is an earlier answer
   */
  record PageState(
      ConfigSnapshot settings,
      @Nullable FlagReport flags,
      List<RouteView> routes,
      KillSwitch topLevel,
      boolean isOld) {}

  /**
   * The answer to a question.
   *
   * @param value the answer, or the last one that there was; null if there was none
   * @param isOld whether it is not the answer to this question
   */
  private record Answer<T>(@Nullable T value, boolean isOld) {}

  /** A question that other verticles answer, with the last answer. */
  private static final class Question<T> {
    private final String address;
    private @Nullable T last;

    Question(String address) {
      this.address = address;
    }
  }

  private static final class Kept<T> {
    private final Future<T> value;
    private final long atNanos = System.nanoTime();
    private final long revision;

    Kept(Future<T> value, long revision) {
      this.value = value;
      this.revision = revision;
    }

    boolean isFresh(long maxAgeNanos, long newest) {
      return System.nanoTime() - atNanos < maxAgeNanos && revision == newest && !value.failed();
    }
  }

  private final BusQuestions bus;
  private final Supplier<@Nullable ConfigSnapshot> settings;
  private final RouteSampler sampler;
  private final Question<FlagReport> allFlags = new Question<>(Addresses.FLAGS_GET);
  private final Question<ReleaseReports> allReleases = new Question<>(Addresses.RELEASES_GET);
  private final Question<Journal> changes = new Question<>(Addresses.JOURNAL_GET);
  private @Nullable Kept<PageState> state;
  private @Nullable Kept<Answer<FlagReport>> flags;

  PageStates(BusQuestions bus, Supplier<@Nullable ConfigSnapshot> settings, RouteSampler sampler) {
    this.bus = bus;
    this.settings = settings;
    this.sampler = sampler;
  }

  /** Makes the next reader get what is true now. */
  void forget() {
    state = null;
    flags = null;
  }

  /** The state now; empty before the first settings. */
  Future<@Nullable PageState> now() {
    ConfigSnapshot known = settings.get();
    if (known == null) {
      return Future.succeededFuture(null);
    }
    Kept<PageState> kept = state;
    if (kept == null || !kept.isFresh(MAX_AGE_NANOS, known.revision())) {
      kept = new Kept<>(collect(known), known.revision());
      state = kept;
    }
    return kept.value.map(value -> value);
  }

  private Future<Answer<FlagReport>> flags(ConfigSnapshot known) {
    Kept<Answer<FlagReport>> kept = flags;
    if (kept == null || !kept.isFresh(MAX_FLAGS_AGE_NANOS, known.revision())) {
      kept = new Kept<>(ask(allFlags), known.revision());
      flags = kept;
    }
    return kept.value;
  }

  /** The last changes; none if no flag watcher has ever answered. */
  Future<Journal> journal() {
    return ask(changes)
        .map(answer -> answer.value() == null ? new Journal(List.of()) : answer.value());
  }

  /** A busy node may be late. What it said before is nearer to the truth than nothing. */
  private <T> Future<Answer<T>> ask(Question<T> question) {
    return bus.<T>ask(question.address, "")
        .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .map(
            value -> {
              question.last = value;
              return new Answer<>(value, false);
            })
        .recover(cause -> Future.succeededFuture(new Answer<>(question.last, true)));
  }

  private Future<PageState> collect(ConfigSnapshot known) {
    Future<Answer<FlagReport>> report = flags(known);
    Future<Answer<ReleaseReports>> releases = ask(allReleases);
    return Future.all(report, releases)
        .compose(both -> sampler.onWorker(() -> state(known, report.result(), releases.result())));
  }

  private PageState state(
      ConfigSnapshot known, Answer<FlagReport> report, Answer<ReleaseReports> releases) {
    Map<String, FlagState> switches = KillSwitch.flags(report.value());
    Map<String, RouteReadings.OfRoute> readings = sampler.read();
    long now = System.currentTimeMillis();
    List<RouteView> views = new ArrayList<>();
    for (RouteConfig route : known.config().routes().all()) {
      RouteReadings.OfRoute reading = readings.get(route.name());
      views.add(
          RouteView.of(
              route,
              known,
              new RouteView.Known(
                  reading == null ? new RouteReadings.OfRoute() : reading,
                  sampler.series(route.name()),
                  release(releases.value(), route.name()),
                  switches,
                  now)));
    }
    views.sort(RouteView.WORST_FIRST);
    return new PageState(
        known,
        report.value(),
        List.copyOf(views),
        KillSwitch.ofTopLevel(known.config().routing().canaryEnabled(), switches),
        report.isOld() || releases.isOld());
  }

  private static ReleaseReports.@Nullable OfRoute release(
      @Nullable ReleaseReports releases, String route) {
    return releases == null
        ? null
        : releases.releases().stream()
            .filter(release -> release.route().equals(route))
            .findFirst()
            .orElse(null);
  }
}
