package io.canarygateway.store;

import io.canarygateway.config.DynamoDbConfig;
import io.canarygateway.config.EtcdConfig;
import io.vertx.core.Vertx;
import java.nio.file.Path;

/**
 * Opens stores. Each method is called on the Vert.x context on which the store is used later. It
 * does not block, and it does not fail if the engine does not answer: a store connects when it is
 * used, and tries again as long as it is used.
 */
public final class StateStores {

  private StateStores() {}

  /**
   * Opens a store in etcd. A state is the key {@code /gateway/PATH}.
   *
   * @param vertx the gateway's Vert.x
   * @param config the settings of etcd; their prefix concerns flags only
   * @return the store
   */
  public static StateStore etcd(Vertx vertx, EtcdConfig config) {
    return new EtcdStateStore(vertx, config);
  }

  /**
   * Opens a store in DynamoDB. A state is an item beside the rollouts' ones.
   *
   * @param vertx the gateway's Vert.x
   * @param config the settings of the table; the application is that of each key
   * @return the store
   */
  public static StateStore dynamoDb(Vertx vertx, DynamoDbConfig config) {
    return new DynamoDbStateStore(vertx, config, DynamoDbStateStore.POLL_MS);
  }

  /**
   * Opens a store in a directory, for the processes of one machine. A state is a file.
   *
   * @param vertx the gateway's Vert.x
   * @param directory the directory; it is created, with its parents, if it does not exist
   * @return the store
   */
  public static StateStore file(Vertx vertx, Path directory) {
    return new FileStateStore(vertx, directory, StateFiles.SYNC);
  }
}
