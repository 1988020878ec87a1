package io.canarygateway.launcher;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import io.canarygateway.decision.LedgerWire;

/**
 * Merges two ledgers of the circuit breaker into one, when two parts of a cluster that were cut off
 * from each other join again. Hazelcast makes an instance by the class's name.
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
    // The policy has no state.
  }

  @Override
  public void readData(ObjectDataInput in) {
    // The policy has no state.
  }
}
