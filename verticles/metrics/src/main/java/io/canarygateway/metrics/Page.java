package io.canarygateway.metrics;

import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.Journal;
import io.canarygateway.metrics.PageStates.PageState;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The page of operators, {@code GET /}, and its parts below {@code /page}. It shows everything
 * without scripts. With scripts it is live, and changes things by the API. Rendering is done on
 * workers. On one context.
 */
final class Page {

  private static final String PARTS = "/page/";

  /** What is loaded for the first reader, since most gateways never show the page. */
  private record Loaded(PageTemplates templates, PageAssets assets) {}

  /** What a template is made of. */
  private record Found(
      @Nullable PageState state,
      Journal journal,
      List<ComponentHealth> components,
      JsonObject nodes) {}

  /** Fills in the variables of a template. */
  private interface Filling {
    void fill(PageModel model, PageState state, Found found);
  }

  private final Vertx vertx;
  private final boolean canWrite;
  private final HealthBoard health;
  private final NodeBoard nodes;
  private final PageStates states;
  private @Nullable Future<Loaded> loaded;

  private Page(
      Vertx vertx, boolean canWrite, HealthBoard health, NodeBoard nodes, PageStates states) {
    this.vertx = vertx;
    this.canWrite = canWrite;
    this.health = health;
    this.nodes = nodes;
    this.states = states;
  }

  /**
   * Adds all paths.
   *
   * @param guard checks the token of who changes something
   * @param canWrite whether {@code admin.token-file} is set
   */
  static void serve(
      Router router,
      Vertx vertx,
      WriteGuard guard,
      boolean canWrite,
      HealthBoard health,
      Api.Sources sources) {
    PageStates states =
        new PageStates(new BusQuestions(vertx), sources.settings(), sources.sampler());
    PageLive live = new PageLive(vertx, states::forget);
    sources.sampler().onSampled(live::tick);
    sources.events().onSent(live::changed);
    live.serve(router);
    router
        .route("/api/*")
        .handler(
            context -> {
              if (context.request().method() != HttpMethod.GET) {
                context.addEndHandler(done -> forget(context, states));
              }
              context.next();
            });
    Page page = new Page(vertx, canWrite, health, sources.nodes(), states);
    Api.get(router, "/", context -> page.answer(context, PageTemplates.Name.PAGE, Page::all));
    page.part(router, PageTemplates.Name.NOW, Page::routes);
    page.part(router, PageTemplates.Name.SYSTEM, Page::system);
    page.part(router, PageTemplates.Name.JOURNAL, Page::journal);
    page.part(
        router, PageTemplates.Name.FLAGS, (model, state, found) -> model.flags(state.flags()));
    page.part(router, PageTemplates.Name.FLAG, Page::flag);
    Api.get(router, PageAssets.PATH + "*", page::asset);
    router.post(PARTS + "token").handler(guard);
    router.post(PARTS + "token").handler(context -> context.response().setStatusCode(204).end());
  }

  private static void forget(RoutingContext context, PageStates states) {
    if (context.response().getStatusCode() == 200) {
      states.forget();
    }
  }

  private void part(Router router, PageTemplates.Name name, Filling filling) {
    Api.get(router, PARTS + name.file(), context -> answer(context, name, filling));
  }

  private static void all(PageModel model, PageState state, Found found) {
    routes(model, state, found);
    system(model, state, found);
    journal(model, state, found);
    model.flags(state.flags());
    flag(model, state, found);
  }

  private static void routes(PageModel model, PageState state, Found found) {
    model.routes(state).health(found.components());
  }

  private static void system(PageModel model, PageState state, Found found) {
    model.system(state.flags(), found.components(), found.nodes());
  }

  private static void journal(PageModel model, PageState state, Found found) {
    model.journal(found.journal().entries());
  }

  private static void flag(PageModel model, PageState state, Found found) {
    model.flag(state.flags(), found.journal().entries());
  }

  private void answer(RoutingContext context, PageTemplates.Name name, Filling filling) {
    PageQuery query;
    try {
      query = PageQuery.of(context.queryParams());
    } catch (IllegalArgumentException e) {
      context.fail(400); // The query is not percent-encoded correctly.
      return;
    }
    Future<Loaded> files = load();
    Future<@Nullable PageState> state = states.now();
    Future<Journal> journal =
        name == PageTemplates.Name.NOW || name == PageTemplates.Name.FLAGS
            ? Future.succeededFuture(new Journal(List.of()))
            : states.journal();
    Future.all(files, state, journal)
        .compose(
            all -> {
              Found found =
                  new Found(
                      state.result(), journal.result(), health.all(), nodes.toJsonWithHealth());
              Loaded with = files.result();
              return vertx.executeBlocking(() -> render(query, name, filling, with, found), false);
            })
        .onSuccess(html -> send(context, html))
        .onFailure(context::fail);
  }

  private String render(
      PageQuery query, PageTemplates.Name name, Filling filling, Loaded with, Found found) {
    PageModel model = new PageModel(query, canWrite, with.assets().paths());
    PageState state = found.state();
    if (state == null) {
      model.variables().put("components", found.components());
      return with.templates().render(PageTemplates.Name.EMPTY, model.variables());
    }
    filling.fill(model, state, found);
    return with.templates().render(name, model.variables());
  }

  private static void send(RoutingContext context, String html) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.closed()) {
      return; // The client may have gone.
    }
    PageHeaders.add(response);
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    PageHeaders.end(context, Buffer.buffer(html));
  }

  private void asset(RoutingContext context) {
    load().onSuccess(files -> files.assets().serve(context)).onFailure(context::fail);
  }

  private Future<Loaded> load() {
    Future<Loaded> known = loaded;
    if (known == null || known.failed()) {
      known =
          vertx.executeBlocking(() -> new Loaded(new PageTemplates(), PageAssets.load()), false);
      loaded = known;
    }
    return known;
  }
}
