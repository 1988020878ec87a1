package io.canarygateway.store;

import io.canarygateway.config.DynamoDbConfig;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsAsyncClient;

/**
 * The AWS SDK's clients for one table and its stream. Credentials come from the SDK's default
 * chain.
 *
 * @param table the client of the table
 * @param stream the client of the table's stream
 * @param http the connections that both clients share
 */
public record DynamoDbClients(
    DynamoDbAsyncClient table, DynamoDbStreamsAsyncClient stream, SdkAsyncHttpClient http)
    implements AutoCloseable {

  /** The attribute with the application, the table's hash key. */
  public static final String APPLICATION = "application";

  /** The attribute with the version, the table's range key. */
  public static final String VERSION = "version";

  private static final Duration ATTEMPT = Duration.ofSeconds(1);
  private static final int RETRIES = 2;

  /** The time limit of a call with all of its attempts. */
  public static final Duration CALL = ATTEMPT.multipliedBy(RETRIES + 1);

  private static final int MAX_CONNECTIONS = 8;

  /**
   * Opens the clients; nothing is sent yet. Blocks while the SDK reads its files.
   *
   * @param config the settings of the table
   * @return the clients
   */
  public static DynamoDbClients open(DynamoDbConfig config) {
    SdkAsyncHttpClient http =
        NettyNioAsyncHttpClient.builder()
            .maxConcurrency(MAX_CONNECTIONS)
            .connectionTimeout(ATTEMPT)
            .build();
    return new DynamoDbClients(
        configured(DynamoDbAsyncClient.builder().httpClient(http), config).build(),
        configured(DynamoDbStreamsAsyncClient.builder().httpClient(http), config).build(),
        http);
  }

  private static <B extends AwsClientBuilder<B, ?>> B configured(B builder, DynamoDbConfig config) {
    if (config.endpoint() != null) {
      builder.endpointOverride(config.endpoint());
    }
    return builder
        .region(Region.of(config.region()))
        .overrideConfiguration(
            ClientOverrideConfiguration.builder()
                .apiCallAttemptTimeout(ATTEMPT)
                .apiCallTimeout(CALL)
                .retryStrategy(StandardRetryStrategy.builder().maxAttempts(RETRIES + 1).build())
                .build());
  }

  /**
   * Calls DynamoDB. The call begins on a worker, since the SDK searches for credentials in the
   * calling thread; without credentials that takes seconds.
   *
   * @param vertx whose worker threads are used
   * @param context the context on which the result arrives
   * @param call the call
   * @param <T> the type of the response
   * @return the response
   */
  public static <T> Future<T> call(
      Vertx vertx, Context context, Supplier<CompletionStage<T>> call) {
    return vertx
        .executeBlocking(call::get, false)
        .compose(stage -> Future.fromCompletionStage(stage, context));
  }

  /**
   * Makes the primary key of an item in maxwells-daemon's table.
   *
   * @param application the hash key
   * @param version the range key
   * @return the key's two attributes
   */
  public static Map<String, AttributeValue> key(String application, String version) {
    return Map.of(
        APPLICATION, AttributeValue.fromS(application), VERSION, AttributeValue.fromS(version));
  }

  /**
   * Finds the reason of a failure.
   *
   * @param cause the failure of a call
   * @return the reason in one line for operators
   */
  public static String reason(Throwable cause) {
    Throwable root = Causes.root(cause);
    if (root instanceof AwsServiceException service && service.awsErrorDetails() != null) {
      return service.awsErrorDetails().errorCode()
          + ": "
          + service.awsErrorDetails().errorMessage();
    }
    if (root instanceof ApiCallTimeoutException || root instanceof ApiCallAttemptTimeoutException) {
      return "no answer in time";
    }
    return Causes.line(root);
  }

  /** Closes the clients and their connections. Blocks. */
  @Override
  public void close() {
    table.close();
    stream.close();
    http.close();
  }
}
