package io.canarygateway.launcher;

import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

/** A real DynamoDB Local in a JVM of its own, which can be paused and killed. */
final class DynamoDbLocal implements AutoCloseable {

  static final String TABLE = "MaxwellsDaemon";

  private static final Path LIB = Path.of("..", "dynamodb-local", "target", "lib");
  private static final String NATIVE = "libsqlite4java-linux-amd64";
  private static final long TIMEOUT_SECONDS = 20;

  private final int port = FreePorts.next();
  private Process process;
  private DynamoDbAsyncClient client;

  private DynamoDbLocal() {}

  /** Starts one without a table. */
  static DynamoDbLocal start() throws Exception {
    // The gateway takes the credentials of the AWS SDK's own chain.
    System.setProperty("aws.accessKeyId", "test");
    System.setProperty("aws.secretAccessKey", "test");
    DynamoDbLocal local = new DynamoDbLocal();
    local.run();
    return local;
  }

  /** One that is not running. */
  static DynamoDbLocal stopped() {
    System.setProperty("aws.accessKeyId", "test");
    System.setProperty("aws.secretAccessKey", "test");
    return new DynamoDbLocal();
  }

  void run() throws Exception {
    if (!Files.isDirectory(LIB)) {
      throw new AssertionError("missing " + LIB + ": build the module dynamodb-local first");
    }
    // It looks for its native library by a name without a version.
    try (var natives = Files.newDirectoryStream(LIB, NATIVE + "-*.so")) {
      for (Path library : natives) {
        Files.copy(library, LIB.resolve(NATIVE + ".so"), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.library.path=" + LIB,
                "-cp",
                LIB + "/*",
                "software.amazon.dynamodb.services.local.main.ServerRunner",
                "-inMemory",
                "-disableTelemetry",
                "-port",
                Integer.toString(port))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    client =
        DynamoDbAsyncClient.builder()
            .endpointOverride(URI.create(endpoint()))
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .build();
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(() -> client.listTables().get(2, TimeUnit.SECONDS) != null);
  }

  String endpoint() {
    return "http://127.0.0.1:" + port;
  }

  /** The gateway's section, with short times. */
  JsonObject section() {
    return new JsonObject()
        .put("endpoint", endpoint())
        .put("delay", "200ms")
        .put("unhealthy", "1s");
  }

  void createTable(boolean stream) throws Exception {
    client
        .createTable(
            table ->
                table
                    .tableName(TABLE)
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .attributeDefinitions(attribute("application"), attribute("version"))
                    .keySchema(key("application", KeyType.HASH), key("version", KeyType.RANGE))
                    .streamSpecification(
                        stream
                            ? StreamSpecification.builder()
                                .streamEnabled(true)
                                .streamViewType(StreamViewType.KEYS_ONLY)
                                .build()
                            : null))
        .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  /** Creates a table by a document for {@code aws dynamodb create-table --cli-input-json}. */
  void createTable(String document) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(endpoint()))
            .header("Content-Type", "application/x-amz-json-1.0")
            .header("X-Amz-Target", "DynamoDB_20120810.CreateTable")
            // It looks who asks, by name and region alone.
            .header(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request,"
                    + " SignedHeaders=host, Signature=none")
            .POST(HttpRequest.BodyPublishers.ofString(document))
            .build();
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new AssertionError(response.body());
    }
  }

  private static AttributeDefinition attribute(String name) {
    return AttributeDefinition.builder()
        .attributeName(name)
        .attributeType(ScalarAttributeType.S)
        .build();
  }

  private static KeySchemaElement key(String name, KeyType type) {
    return KeySchemaElement.builder().attributeName(name).keyType(type).build();
  }

  void deleteTable() throws Exception {
    client.deleteTable(table -> table.tableName(TABLE)).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  void put(String version, AttributeValue rollout) throws Exception {
    client
        .putItem(
            item ->
                item.tableName(TABLE)
                    .item(
                        Map.of(
                            "application",
                            AttributeValue.fromS("app"),
                            "version",
                            AttributeValue.fromS(version),
                            "rollout",
                            rollout)))
        .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  void put(String version, String number) throws Exception {
    put(version, AttributeValue.fromN(number));
  }

  /** Stops or goes on, as by SIGSTOP and SIGCONT. */
  void signal(String name) throws Exception {
    new ProcessBuilder(List.of("kill", "-" + name, Long.toString(process.pid()))).start().waitFor();
  }

  void kill() {
    if (process != null) {
      process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
      client.close();
      process = null;
    }
  }

  @Override
  public void close() {
    kill();
  }
}
