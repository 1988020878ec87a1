package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.FreePorts;
import io.canarygateway.fixtures.GatewayProcess;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user's jar with an interceptor beside the fat jar, and the example in {@code conf}. */
class InterceptorIT {

  private static final String SOURCE =
      """
      package shop;

      import io.canarygateway.extension.InterceptorFactory;
      import io.vertx.core.Future;
      import io.vertx.core.json.JsonObject;
      import io.vertx.httpproxy.*;

      public final class Greeter implements InterceptorFactory<ProxyInterceptor> {
        public String name() { return "greeter"; }

        public ProxyInterceptor create(String settings) {
          String greeting = new JsonObject(settings).getString("greeting");
          BodyTransformer greet =
              BodyTransformers.jsonObject(1_000, body -> body.put("greeting", greeting));
          ProxyInterceptor rewrite =
              ProxyInterceptor.builder().transformingResponseBody(greet).build();
          return new ProxyInterceptor() {
            public Future<ProxyResponse> handleProxyRequest(ProxyContext context) {
              context.request().putHeader("X-Greeter", context.get(TARGET, String.class));
              return rewrite.handleProxyRequest(context);
            }
            public Future<Void> handleProxyResponse(ProxyContext context) {
              return rewrite.handleProxyResponse(context);
            }
          };
        }

        public void close() { System.out.println("greeter closed"); }
      }
      """;

  @TempDir Path directory;
  private Upstreams upstreams;
  private int port;

  @BeforeEach
  void open() {
    upstreams = new Upstreams();
    for (Upstreams.Upstream each : List.of(upstreams.main, upstreams.canary)) {
      each.answer(
          request ->
              request
                  .response()
                  .putHeader("Content-Type", "application/json")
                  .end("{\"name\":\"" + each.name + "\",\"internal\":1}"));
    }
    port = FreePorts.next();
  }

  @AfterEach
  void close() {
    upstreams.close();
  }

  private Path jar() throws Exception {
    Path classes = Files.createDirectory(directory.resolve("classes"));
    Path source = Files.writeString(directory.resolve("Greeter.java"), SOURCE);
    String fatJar = System.getProperty("gateway.jar");
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-cp", fatJar, "-d", classes.toString(), source.toString());
    assertThat(compiled).isZero();
    Path jar = directory.resolve("greeter.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        add(out, classes.relativize(file).toString(), Files.readAllBytes(file));
      }
      add(
          out,
          "META-INF/services/io.canarygateway.extension.InterceptorFactory",
          "shop.Greeter\n".getBytes(StandardCharsets.UTF_8));
    }
    return jar;
  }

  private static void add(OutputStream jar, String name, byte[] bytes) throws Exception {
    ((JarOutputStream) jar).putNextEntry(new ZipEntry(name));
    jar.write(bytes);
  }

  private JsonObject withPorts(JsonObject config) {
    return config
        .put("router-server", new JsonObject().put("host", "127.0.0.1").put("port", port))
        .put("instrumentation", new JsonObject().put("port", FreePorts.next()));
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void aUsersInterceptorRunsInTheFatJar() throws Exception {
    JsonObject config =
        withPorts(upstreams.withoutSidecar())
            .put("strategy", "canary")
            .put("interceptors", new JsonArray().add("greeter").add("json-set"))
            .put(
                "extensions",
                new JsonObject()
                    .put("greeter", new JsonObject().put("greeting", "hello"))
                    .put(
                        "json-set",
                        new JsonObject().put("request", new JsonObject().put("seen", true))));
    try (GatewayProcess gateway =
        GatewayProcess.startWith(directory, jar(), "-conf", config.encode()).awaitReady()) {
      assertThat(post("/", "{}").body())
          .isEqualTo("{\"name\":\"canary\",\"internal\":1,\"greeting\":\"hello\"}");
      Upstreams.Seen seen = upstreams.canary.seen.get(0);
      assertThat(seen.headers().get("X-Greeter")).isEqualTo("canary");
      assertThat(seen.body()).isEqualTo("{\"seen\":true}");
      gateway.terminate();
      assertThat(gateway.exitCode()).isZero();
      assertThat(gateway.out()).contains("greeter closed");
      assertThat(gateway.err()).isEmpty();
    }
  }

  @Test
  void aNameThatIsNotThereEndsTheStart() throws Exception {
    JsonObject config =
        withPorts(upstreams.withoutSidecar())
            .put("interceptors", new JsonArray().add("greeter"))
            .put("strategy", "main");
    try (GatewayProcess gateway = GatewayProcess.start(directory, "-conf", config.encode())) {
      assertThat(gateway.exitCode()).isEqualTo(ExitCode.CONFIG);
      assertThat(gateway.err())
          .isEqualTo(
              "interceptors: \"greeter\" (expected the name of an interceptor on the class path:"
                  + " json-set)\n");
    }
  }

  @Test
  void wrongSettingsEndTheStart() throws Exception {
    JsonObject config =
        withPorts(upstreams.withoutSidecar())
            .put("extensions", new JsonObject().put("json-set", new JsonObject()));
    try (GatewayProcess gateway = GatewayProcess.start(directory, "-conf", config.encode())) {
      assertThat(gateway.exitCode()).isEqualTo(ExitCode.CONFIG);
      assertThat(gateway.err())
          .startsWith("extensions.json-set: an object (expected an object with");
    }
  }

  @Test
  void theExampleWorksAsShipped() throws Exception {
    String example = Files.readString(Path.of("..", "..", "conf", "interceptor.json"));
    JsonObject config =
        withPorts(
            new JsonObject(
                example
                    .replace("http://127.0.0.1:1346", upstreams.main.url())
                    .replace("http://127.0.0.1:1347", upstreams.canary.url())));
    try (GatewayProcess gateway =
        GatewayProcess.start(directory, "-conf", config.encode()).awaitReady()) {
      assertThat(post("/orders/1", "{\"id\":1}").body())
          .matches("\\{\"name\":\"(main|canary)\",\"links\":\\{\"help\":\"[^\"]*\"}}");
      assertThat(post("/other", "{\"id\":1}").body()).contains("\"internal\":1");
      assertThat(
              Stream.concat(upstreams.main.seen.stream(), upstreams.canary.seen.stream())
                  .map(Upstreams.Seen::body))
          .containsExactlyInAnyOrder("{\"id\":1,\"source\":\"web\"}", "{\"id\":1}");
      gateway.terminate();
      assertThat(gateway.exitCode()).isZero();
    }
  }
}
