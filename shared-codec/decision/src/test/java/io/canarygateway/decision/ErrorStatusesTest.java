package io.canarygateway.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorStatusesTest {

  private static List<Integer> counted(String... entries) {
    ErrorStatuses statuses = ErrorStatuses.of(List.of(entries));
    return IntStream.range(0, 1_000).filter(statuses::counts).boxed().toList();
  }

  private static List<Integer> range(int first, int last) {
    return IntStream.rangeClosed(first, last).boxed().toList();
  }

  @Test
  void byDefaultAllOutsideOf2xxCountButAnUpgrade() {
    assertThat(IntStream.range(0, 1_000).filter(status -> !ErrorStatuses.NON_2XX.counts(status)))
        .containsExactlyElementsOf(
            IntStream.concat(IntStream.of(101), IntStream.rangeClosed(200, 299)).boxed().toList());
  }

  @Test
  void aClassIsAHundredStatuses() {
    assertThat(counted("5xx")).isEqualTo(range(500, 599));
    assertThat(counted("1xx")).isEqualTo(range(100, 199));
  }

  @Test
  void entriesAddUp() {
    assertThat(counted("429", "5xx")).containsExactlyElementsOf(counted("5xx", "429", "503"));
    assertThat(counted("429", "5xx")).contains(429, 500, 599).hasSize(101);
    assertThat(counted("101", "non-2xx")).contains(101).doesNotContain(200);
  }

  @Test
  void withoutEntriesNothingCounts() {
    assertThat(counted()).isEmpty();
  }

  @Test
  void grpcCountsNoStatusOfHttp() {
    assertThat(counted("grpc")).isEmpty();
    assertThat(ErrorStatuses.of(List.of("5xx", "grpc")).countsGrpc()).isTrue();
    assertThat(ErrorStatuses.NON_2XX.countsGrpc()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "6xx", "0xx", "5XX", "99", "600", "42", "2xx-", "non-5xx", " 5xx", "gRPC"})
  void whatIsNoEntryIsRefused(String entry) {
    assertThatThrownBy(() -> ErrorStatuses.of(List.of(entry)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theSameEntriesAreTheSameStatuses() {
    assertThat(ErrorStatuses.of(List.of("5xx")))
        .isEqualTo(ErrorStatuses.of(List.of("5xx")))
        .hasSameHashCodeAs(ErrorStatuses.of(List.of("5xx")))
        .isNotEqualTo(ErrorStatuses.of(List.of("4xx")));
  }
}
