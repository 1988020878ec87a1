package io.canarygateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.message.ReleaseReports;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which actions the page offers: those that are not refused. */
class ReleaseViewTest {

  @ParameterizedTest
  @CsvSource({
    "act, running, '', 'pause,next,promote,revert'",
    "act, held, a person resumes it, 'resume,next,promote,revert'",
    "hold, held, a person resumes it, 'resume,next,promote,revert'",
    "hold, held, a person commands next or promote, 'next,promote,revert'",
    "act, held, a person commands next or promote, 'next,promote,revert'",
    "act, paused, a person resumes it, 'resume,next,promote,revert'",
    "hold, promoted, '', 'revert'",
    "act, reverted, '', 'resume'",
    "act, unknown, '', ''",
    "observe, running, '', ''"
  })
  void actions(String mode, String state, String need, String actions) {
    ReleaseReports.OfRoute template = ApiFixture.release("shop");
    ReleaseReports.OfRoute release =
        new ReleaseReports.OfRoute(
            "shop",
            "v2",
            mode,
            state,
            "",
            2,
            4,
            0.05,
            0.05,
            1_000,
            1_000,
            List.of(),
            template.evidence(),
            List.of(need),
            List.of(),
            template.rehearsals());
    assertThat(ReleaseView.of(release, List.of(), 2_000).actions())
        .isEqualTo(actions.isEmpty() ? Set.of() : Set.of(actions.split(",")));
  }
}
