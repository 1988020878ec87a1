package io.canarygateway.release;

import io.canarygateway.message.ReleaseVerdict;

/** A node on its own. */
class Alone implements Outside {

  @Override
  public String node() {
    return "n1";
  }

  @Override
  public long revision() {
    return 1;
  }

  @Override
  public void announce(ReleaseVerdict verdict) {}

  @Override
  public void changed() {}

  @Override
  public boolean keepsEvidence() {
    return true;
  }

  @Override
  public boolean isNew() {
    return false;
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public long millis() {
    return System.currentTimeMillis();
  }
}
