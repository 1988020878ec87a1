package io.canarygateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class FileLimitTest {

  private static final long GIB = 1L << 30;

  private static FileLimit files(long files) {
    return new FileLimit(files, GIB, 2);
  }

  @Test
  void clientsHaveTwoThirdsOfTheFilesThatNothingElseNeeds() {
    assertThat(files(260).clients(false)).isEqualTo(80);
    assertThat(files(1_024).clients(false)).isEqualTo(590);
    assertThat(files(20_000).clients(false)).isEqualTo(13_240);
    assertThat(files(1 << 20).clients(false)).isEqualTo(50_000);
    assertThat(files(Long.MAX_VALUE).clients(false)).isEqualTo(50_000);
  }

  @Test
  void theDaemonTakesItsShareFirst() {
    assertThat(files(1_024).daemonConnections()).isEqualTo(256);
    assertThat(files(1_024).clients(true)).isEqualTo(330);
    assertThat(files(20_000).clients(true)).isEqualTo(8_240);
  }

  @Test
  void aSmallHeapHasRoomForTenThousand() {
    assertThat(new FileLimit(1 << 20, 128 << 20, 2).clients(false)).isEqualTo(13_107);
    assertThat(new FileLimit(1 << 20, 32 << 20, 2).clients(false)).isEqualTo(3_276);
  }

  @Test
  void someMayAlwaysCome() {
    assertThat(files(64).clients(true)).isEqualTo(25);
  }

  @Test
  void thisProcessHasFiles() {
    assertThat(FileLimit.ofThisProcess().files()).isPositive();
    assertThat(FileLimit.ofThisProcess().clients(true)).isBetween(16, 50_000);
  }

  @Property
  void filesAreLeftForUpstreamsAndAllElse(
      @ForAll @LongRange(min = 512, max = 2_000_000) long files,
      @ForAll @IntRange(min = 1, max = 32) int processors,
      @ForAll boolean daemon) {
    FileLimit limit = new FileLimit(files, 64 * GIB, processors);
    long daemonFiles = daemon ? limit.daemonConnections() * 3 / 2 : 0;
    assertThat(limit.clients(daemon)).isLessThan(limit.sockets(daemon));
    assertThat(files - limit.sockets(daemon) - daemonFiles)
        .isGreaterThanOrEqualTo(Math.min(files / 8, 128 + 4L * processors));
  }
}
