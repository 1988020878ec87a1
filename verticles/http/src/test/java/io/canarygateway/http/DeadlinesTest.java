package io.canarygateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadlinesTest {

  private final List<String> overdue = new ArrayList<>();
  private final Deadlines list = new Deadlines(10);
  private final Deadlines other = new Deadlines(20);

  private Deadlines.Deadline deadline(String name) {
    return new Deadlines.Deadline(which -> overdue.add(name));
  }

  @Test
  void eachIsToldOnceWhenItsTimeIsUp() {
    list.begin(deadline("a"), 0);
    list.begin(deadline("b"), 5);
    list.sweep(9);
    assertThat(overdue).isEmpty();
    list.sweep(10);
    assertThat(overdue).containsExactly("a");
    list.sweep(100);
    list.sweep(200);
    assertThat(overdue).containsExactly("a", "b");
  }

  @Test
  void whatBeginsAnewIsTheYoungest() {
    Deadlines.Deadline a = deadline("a");
    Deadlines.Deadline b = deadline("b");
    list.begin(a, 0);
    list.begin(b, 1);
    list.begin(a, 2);
    assertThat(list.oldest()).isSameAs(b);
    assertThat(b.isOlderThan(a)).isTrue();
    list.sweep(11);
    assertThat(overdue).containsExactly("b");
  }

  /** A request that waits does not make a connection silent that carries others. */
  @Test
  void theOldestOfASilentConnectionIsNotOfABusyOne() {
    Deadlines.Deadline waits =
        new Deadlines.Deadline(
            new Deadlines.Owner() {
              @Override
              public void overdue(Deadlines which) {
                overdue.add("waits");
              }

              @Override
              public boolean isConnectionActiveSince(long nanos) {
                return nanos < 5;
              }
            });
    Deadlines.Deadline silent = deadline("silent");
    list.begin(waits, 1);
    assertThat(list.oldestOfSilentConnection()).isNull();
    list.begin(silent, 3);
    assertThat(list.oldestOfSilentConnection()).isSameAs(silent);
    assertThat(list.oldest()).isSameAs(waits);
    list.begin(waits, 6);
    silent.cancel();
    assertThat(list.oldestOfSilentConnection()).isSameAs(waits);
  }

  @Test
  void oneIsInOneListAtMost() {
    Deadlines.Deadline a = deadline("a");
    list.begin(a, 0);
    other.begin(a, 0);
    assertThat(a.isIn(list)).isFalse();
    list.sweep(15);
    assertThat(overdue).isEmpty();
    a.cancel();
    a.cancel();
    other.sweep(100);
    assertThat(overdue).isEmpty();
    assertThat(other.oldest()).isNull();
  }

  @Test
  void anyMayLeaveFromAnyPlace() {
    for (int leaving = 0; leaving < 3; leaving++) {
      List<Deadlines.Deadline> all = List.of(deadline("0"), deadline("1"), deadline("2"));
      all.forEach(each -> list.begin(each, 0));
      all.get(leaving).cancel();
      list.sweep(10);
      assertThat(overdue).hasSize(2).doesNotContain(Integer.toString(leaving));
      overdue.clear();
    }
  }

  @Test
  void whoIsToldMayChangeTheList() {
    Deadlines.Deadline later = deadline("later");
    Deadlines.Deadline[] again = new Deadlines.Deadline[1];
    again[0] =
        new Deadlines.Deadline(
            which -> {
              overdue.add("again");
              later.cancel();
              which.begin(again[0], 10L * overdue.size());
            });
    list.begin(again[0], 0);
    list.begin(later, 0);
    list.sweep(10);
    assertThat(overdue).containsExactly("again");
    list.sweep(20);
    assertThat(overdue).containsExactly("again", "again");
  }

  @Test
  void theClockMayOverflow() {
    list.begin(deadline("a"), Long.MAX_VALUE - 4);
    list.sweep(Long.MIN_VALUE + 4);
    assertThat(overdue).isEmpty();
    list.sweep(Long.MIN_VALUE + 5);
    assertThat(overdue).containsExactly("a");
  }
}
