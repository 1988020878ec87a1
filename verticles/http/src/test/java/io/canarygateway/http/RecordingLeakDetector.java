package io.canarygateway.http;

import io.netty.util.ResourceLeakDetector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A leak detector that records each buffer that was not released. Netty gets its name from a system
 * property of Surefire.
 */
public final class RecordingLeakDetector<T> extends ResourceLeakDetector<T> {

  static final Queue<String> FOUND = new ConcurrentLinkedQueue<>();

  public RecordingLeakDetector(Class<?> resourceType, int samplingInterval) {
    super(resourceType, samplingInterval);
  }

  /** Called by Netty. */
  @SuppressWarnings("unused")
  public RecordingLeakDetector(Class<T> resourceType, int samplingInterval, long maxActive) {
    super(resourceType, samplingInterval);
  }

  @Override
  protected boolean needReport() {
    return true;
  }

  @Override
  protected void reportTracedLeak(String resourceType, String records) {
    FOUND.add(resourceType + records);
  }

  @Override
  protected void reportUntracedLeak(String resourceType) {
    FOUND.add(resourceType);
  }
}
