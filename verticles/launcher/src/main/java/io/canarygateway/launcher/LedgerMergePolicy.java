package io.canarygateway.launcher;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import io.canarygateway.decision.Ledger;
import io.canarygateway.decision.LedgerWire;
import java.util.Base64;

/**
 * Makes one ledger of the circuit breaker of two, once nodes that were cut off from each other meet
 * again. Hazelcast makes it by its name.
 */
public final class LedgerMergePolicy
    implements SplitBrainMergePolicy<String, MergingValue<String>, Object> {

  @Override
  public Object merge(MergingValue<String> merging, MergingValue<String> existing) {
    String coming = merging.getValue();
    String there = existing == null ? null : existing.getValue();
    if (there == null) {
      return coming;
    }
    Ledger merged = read(there).mergeWith(read(coming));
    return Base64.getEncoder().encodeToString(LedgerWire.encode(merged));
  }

  private static Ledger read(String text) {
    return LedgerWire.decode(Base64.getDecoder().decode(text));
  }

  @Override
  public void writeData(ObjectDataOutput out) {
    // It has no state.
  }

  @Override
  public void readData(ObjectDataInput in) {
    // It has no state.
  }
}
