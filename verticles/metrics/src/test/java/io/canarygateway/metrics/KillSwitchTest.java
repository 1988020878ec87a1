package io.canarygateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.message.FlagReport;
import io.canarygateway.message.FlagReport.Covered;
import io.canarygateway.message.FlagReport.FlagState;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KillSwitchTest {

  private static final String OF_SHOP = "routes.shop.canary-enabled";

  private static FlagState flag(String name, String value, String source, String... covered) {
    return new FlagState(
        name,
        "bool",
        "",
        value,
        "true",
        true,
        true,
        source,
        "file",
        1,
        1,
        "",
        Stream.of(covered).map(each -> new Covered("conf", each)).toList());
  }

  private static Map<String, FlagState> flags(FlagState... flags) {
    return KillSwitch.flags(new FlagReport(1, "", "", List.of(flags), List.of(), List.of()));
  }

  @Test
  void aStopOfAllRoutesIsNoneOfTheRoutesOwn() {
    KillSwitch stop =
        KillSwitch.of("shop", false, flags(flag("canary-enabled", "false", "override")));
    assertThat(stop.isOwn()).isFalse();
    assertThat(stop.why()).contains("for all routes by an override");
    assertThat(stop.flag()).isEqualTo(OF_SHOP);
  }

  @Test
  void aStopOfAllRoutesCountsWhateverARouteSets() {
    FlagState all = flag("canary-enabled", "false", "conf");
    KillSwitch started = KillSwitch.of("shop", false, flags(all, flag(OF_SHOP, "true", "etcd")));
    assertThat(started.isOwn()).isFalse();
    assertThat(started.why()).contains("for all routes by conf");
    KillSwitch stopped = KillSwitch.of("shop", false, flags(all, flag(OF_SHOP, "false", "etcd")));
    assertThat(stopped.isOwn()).isTrue();
    assertThat(stopped.why()).contains("for all routes by conf");
    assertThat(KillSwitch.of("", false, flags(all)).why()).startsWith("stopped by conf");
  }

  @Test
  void anOverrideThatStopsIsCleared() {
    KillSwitch stop = KillSwitch.of("shop", false, flags(flag(OF_SHOP, "false", "override")));
    assertThat(stop.isOwn()).isTrue();
    assertThat(stop.start()).isEqualTo("clear");
  }

  @Test
  void clearingDoesNotHelpIfALowerLayerStopsToo() {
    assertThat(
            KillSwitch.of("shop", false, flags(flag(OF_SHOP, "false", "override", "false")))
                .start())
        .isEqualTo("set");
    assertThat(
            KillSwitch.of("shop", false, flags(flag(OF_SHOP, "false", "override", "false", "true")))
                .start())
        .isEqualTo("clear");
    assertThat(KillSwitch.of("shop", false, flags(flag(OF_SHOP, "false", "conf"))).start())
        .isEqualTo("set");
  }

  @Test
  void aStopIsUndoneToWhatWasBefore() {
    assertThat(KillSwitch.of("shop", true, flags()).entry()).isEqualTo(OF_SHOP + "=clear");
    assertThat(
            KillSwitch.of("shop", true, flags(flag(OF_SHOP, "true", "override", "false"))).entry())
        .isEqualTo(OF_SHOP + "=set");
    assertThat(KillSwitch.of("", true, flags()).entry()).isEqualTo("canary-enabled=clear");
  }

  @Test
  void onlyKillSwitchesAreFound() {
    assertThat(
            flags(
                flag("canary-enabled", "true", "conf"),
                flag(OF_SHOP, "true", "conf"),
                flag("mine.canary-enabled", "true", "conf"),
                flag("not-canary-enabled", "true", "conf")))
        .containsOnlyKeys("canary-enabled", OF_SHOP);
    assertThat(KillSwitch.flags(null)).isEmpty();
  }
}
