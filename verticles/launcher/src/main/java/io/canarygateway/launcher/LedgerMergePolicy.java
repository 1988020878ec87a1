package io.canarygateway.launcher;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import io.canarygateway.decision.LedgerWire;

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
    return LedgerWire.toText(LedgerWire.ofText(there).mergeWith(LedgerWire.ofText(coming)));
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
