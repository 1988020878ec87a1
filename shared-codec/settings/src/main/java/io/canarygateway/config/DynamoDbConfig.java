package io.canarygateway.config;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the rollouts' table; static. Names and defaults are maxwells-daemon's.
 *
 * @param table the table's name
 * @param region the table's AWS region
 * @param endpoint the URL of DynamoDB, or null for AWS's own
 * @param application the hash key of the default route's rollouts
 * @param delay the time between two readings
 * @param unhealthy the time without a good reading after which the rollout is 0
 * @param streams whether the table's stream is read, if it has one
 */
public record DynamoDbConfig(
    String table,
    String region,
    @Nullable URI endpoint,
    String application,
    Duration delay,
    Duration unhealthy,
    boolean streams) {

  /**
   * Reads the settings of DynamoDB.
   *
   * @param values values that {@link GatewayConfig#of} accepts
   * @return the settings; empty if DynamoDB is not used
   */
  public static Optional<DynamoDbConfig> of(FlagValues values) {
    String table = values.get(SourceSettings.DYNAMODB_TABLE);
    HttpUrl endpoint = values.get(SourceSettings.DYNAMODB_ENDPOINT);
    return table == null
        ? Optional.empty()
        : Optional.of(
            new DynamoDbConfig(
                table,
                values.required(SourceSettings.DYNAMODB_REGION),
                endpoint == null ? null : URI.create(endpoint.toString()),
                values.required(DaemonSettings.APPLICATION),
                values.required(SourceSettings.DYNAMODB_DELAY),
                values.required(SourceSettings.DYNAMODB_UNHEALTHY),
                values.required(SourceSettings.DYNAMODB_STREAMS)));
  }
}
