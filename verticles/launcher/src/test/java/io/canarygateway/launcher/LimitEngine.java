package io.canarygateway.launcher;

import io.canarygateway.fixtures.DynamoDbLocal;
import io.canarygateway.fixtures.EtcdServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;

/** A server that keeps the limits of clusters. */
interface LimitEngine extends AutoCloseable {

  /** The sections of a configuration that name it. */
  JsonObject sections();

  /** Makes it answer nobody. */
  void stop() throws Exception;

  /** Makes it answer again, with all its data. */
  void go() throws Exception;

  @Override
  void close();

  static LimitEngine etcd(Path directory) throws Exception {
    EtcdServer etcd = EtcdServer.start(directory, 1);
    return new LimitEngine() {
      @Override
      public JsonObject sections() {
        JsonArray endpoints = new JsonArray(etcd.endpoints());
        return new JsonObject().put("etcd", new JsonObject().put("endpoints", endpoints));
      }

      @Override
      public void stop() {
        etcd.kill();
      }

      @Override
      public void go() throws Exception {
        etcd.start();
      }

      @Override
      public void close() {
        etcd.close();
      }
    };
  }

  static LimitEngine dynamoDb() throws Exception {
    DynamoDbLocal dynamoDb = DynamoDbLocal.start();
    dynamoDb.createTable(false);
    dynamoDb.put("canary", "0");
    dynamoDb.put("maintenance", "0");
    return new LimitEngine() {
      @Override
      public JsonObject sections() {
        return new JsonObject().put("dynamodb", dynamoDb.section());
      }

      @Override
      public void stop() throws Exception {
        dynamoDb.signal("STOP");
      }

      @Override
      public void go() throws Exception {
        dynamoDb.signal("CONT");
      }

      @Override
      public void close() {
        dynamoDb.close();
      }
    };
  }
}
