package io.canarygateway.release;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.canarygateway.config.ReleaseMode;
import org.junit.jupiter.api.Test;

class FirstRevertTest {

  /** It reads what it has written, which fails if no release can be in that state. */
  @Test
  void itsReceiptAndItsStateAreThoseOfARelease() {
    assertThatCode(() -> FirstRevert.rehearse(TransitionsTest.config(ReleaseMode.ACT, 0.1, 1)))
        .doesNotThrowAnyException();
  }
}
