package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.spi.merge.MergingValue;
import io.canarygateway.decision.BreakerLimits;
import io.canarygateway.decision.Lease;
import io.canarygateway.decision.LeasedBreaker;
import io.canarygateway.decision.Ledger;
import io.canarygateway.decision.LedgerWire;
import java.util.Base64;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LedgerMergePolicyTest {

  private static final Lease.Wish WISH =
      new Lease.Wish(new BreakerLimits(100, 0), true, false, 0, 0, 1, Set.of());

  private record Value(String text) implements MergingValue<String> {

    @Override
    public String getValue() {
      return text;
    }

    @Override
    public Object getRawValue() {
      return text;
    }
  }

  private static Value value(Ledger ledger) {
    return new Value(Base64.getEncoder().encodeToString(LedgerWire.encode(ledger)));
  }

  private static Ledger propose(String node, Ledger base) {
    return new Lease(node, new LeasedBreaker(), 1).propose(base, WISH).ledger();
  }

  private static Ledger merge(Value coming, Value there) {
    Object merged = new LedgerMergePolicy().merge(coming, there);
    return LedgerWire.decode(Base64.getDecoder().decode((String) merged));
  }

  @Test
  void ofTwoLedgersNoLeaseIsLost() {
    Ledger common = propose("a", null);
    Ledger left = propose("b", common);
    Ledger right = propose("c", common);
    Ledger merged = merge(value(left), value(right));
    assertThat(merged.shares().keySet()).containsExactly("a", "b", "c");
    assertThat(merged.requests()).isEqualTo(left.requests() + right.requests() - common.requests());
    assertThat(merge(value(common), value(left))).isEqualTo(left);
    assertThat(merge(value(left), value(common))).isEqualTo(left);
    assertThat(merge(value(left), null)).isEqualTo(left);
  }

  @Test
  void hazelcastFindsItByItsName() throws Exception {
    String json = "{\"main-target\": \"http://m\", \"canary-target\": \"http://c\"}";
    var config =
        Clusters.hazelcast(
            io.canarygateway.config.ClusterConfig.of(
                io.canarygateway.config.ConfigReader.read(json)));
    var map = config.getMapConfig("gateway.breaker");
    assertThat(map.getBackupCount()).isEqualTo(1);
    assertThat(Class.forName(map.getMergePolicyConfig().getPolicy()))
        .isEqualTo(LedgerMergePolicy.class);
  }
}
