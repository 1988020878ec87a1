package io.canarygateway.config;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * The table of the rollouts; static. Names and defaults are maxwells-daemon's.
 *
 * @param table the table's name
 * @param region its AWS region
 * @param endpoint where DynamoDB is, or null for AWS's own
 * @param application the hash key of the rollouts
 * @param delay the time between two readings
 * @param unhealthy without a good reading for so long the rollout is 0
 * @param streams whether changes are pushed by the table's stream, if it has one
 */
public record DynamoDbConfig(
    String table,
    String region,
    URI endpoint,
    String application,
    Duration delay,
    Duration unhealthy,
    boolean streams) {

  /** How the values say that DynamoDB is read, if at all. */
  public static Optional<DynamoDbConfig> of(FlagValues values) {
    String table = values.get(SourceSettings.DYNAMODB_TABLE);
    HttpUrl endpoint = values.get(SourceSettings.DYNAMODB_ENDPOINT);
    return table == null
        ? Optional.empty()
        : Optional.of(
            new DynamoDbConfig(
                table,
                values.get(SourceSettings.DYNAMODB_REGION),
                endpoint == null ? null : URI.create(endpoint.toString()),
                values.get(Settings.DAEMON_APPLICATION),
                values.get(SourceSettings.DYNAMODB_DELAY),
                values.get(SourceSettings.DYNAMODB_UNHEALTHY),
                values.get(SourceSettings.DYNAMODB_STREAMS)));
  }
}
