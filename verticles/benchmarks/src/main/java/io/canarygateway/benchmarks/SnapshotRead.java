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
 * The cost of reading a setting, beside that of a volatile field. Measured are a flag of a program
 * with the library, and a setting of the gateway, whose verticles hold the snapshot in a plain
 * field.
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

  @SuppressWarnings("NullAway.Init") // JMH calls prepare first.
  private LiveFlag<Long> flag;

  @SuppressWarnings("NullAway.Init")
  private ConfigSnapshot snapshot;

  /** Creates a flag set of the size of the gateway's, and a snapshot. */
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

  /** The reference: a volatile field. */
  @Benchmark
  public Long volatileField() {
    return volatileField;
  }

  /** The lower bound: a plain field. */
  @Benchmark
  public Long plainField() {
    return plainField;
  }

  /** A flag of the library: a volatile read and an array access. */
  @Benchmark
  public Long liveFlag() {
    return flag.get();
  }

  /** A setting of the gateway, from the snapshot of a verticle. */
  @Benchmark
  public long gatewaySnapshot() {
    return snapshot.config().routing().maxRequestsInFlight();
  }
}
