package io.canarygateway.example;

import io.canarygateway.cluster.ClusterOptions;
import io.canarygateway.cluster.GatewayCluster;
import io.canarygateway.cluster.Identity;
import io.canarygateway.message.BusSecret;
import io.vertx.core.VertxOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A program of a user's own, which joins the gateways' cluster and runs {@link CoinVerticle} there.
 * Its arguments are its port, a gateway as {@code host:port}, and the file with the secret, if the
 * cluster has one.
 */
public final class CoinProgram {

  private CoinProgram() {}

  public static void main(String[] args) throws Exception {
    Identity identity =
        args.length > 2
            ? new Identity.Secret(BusSecret.of(Files.readString(Path.of(args[2])).strip()))
            : new Identity.None();
    ClusterOptions options =
        ClusterOptions.of(
            "127.0.0.1", Integer.parseInt(args[0]), List.of(args[1]), "gateway", identity);
    GatewayCluster.join(options, new VertxOptions())
        .compose(vertx -> vertx.deployVerticle(new CoinVerticle()))
        .onFailure(
            cause -> {
              cause.printStackTrace();
              System.exit(1);
            });
  }
}
