package io.canarygateway.benchmarks;

import io.canarygateway.config.ConfigException;
import io.canarygateway.config.ConfigReader;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagSet;
import io.canarygateway.flags.FlagTypes;
import io.canarygateway.flags.LiveFlag;
import io.canarygateway.snapshot.ConfigSnapshot;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What reading a setting costs, against a plain volatile field: in a program that uses the flags as
 * a library, and in the gateway, whose verticles hold the snapshot in a plain field.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
@Fork(3)
public class SnapshotRead {

  private volatile Long volatileField = 10L;
  private Long plainField = 10L;
  private LiveFlag<Long> flag;
  private ConfigSnapshot snapshot;

  /** A set of the size of the gateway's, and a snapshot. */
  @Setup
  public void prepare() throws ConfigException {
    FlagSet flags = new FlagSet();
    for (int i = 0; i < 60; i++) {
      flag = flags.add(Flag.ofDynamic("flag" + i, FlagTypes.int64(), 10L, ""));
    }
    snapshot =
        ConfigSnapshot.of(
            1,
            ConfigReader.read("{\"main-target\": \"http://m\", \"canary-target\": \"http://c\"}"));
  }

  /** The yardstick. */
  @Benchmark
  public Long volatileField() {
    return volatileField;
  }

  /** What costs nothing. */
  @Benchmark
  public Long plainField() {
    return plainField;
  }

  /** A flag of the library: one volatile read and an array. */
  @Benchmark
  public Long liveFlag() {
    return flag.get();
  }

  /** A setting of the gateway, from the snapshot that a verticle holds. */
  @Benchmark
  public long gatewaySnapshot() {
    return snapshot.config().routing().maxRequestsInFlight();
  }
}
