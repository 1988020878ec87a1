package io.canarygateway.decision;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VotersTest {

  private static final Voters THREE = new Voters(3, List.of(Set.of("a", "b", "c")));

  @Test
  void aMajorityOfThoseWhoShouldBeThereAgrees() {
    assertThat(THREE.agreed(Set.of("a", "c", "x"), 1)).isTrue();
    assertThat(THREE.agreed(Set.of("a", "x"), 1)).isFalse();
    assertThat(THREE.agreed(Set.of("a", "b"), 5)).as("of five").isFalse();
    assertThat(new Voters(1, List.of(Set.of("a"))).canAgree(3)).isFalse();
    assertThat(new Voters(1, List.of(Set.of("a"))).canAgree(1)).isTrue();
  }

  @Test
  void aChangeTakesTheMajorityOfBeforeToo() {
    Voters four = THREE.with("d", 3);
    assertThat(four.agreed(Set.of("a", "d"), 3)).isFalse();
    assertThat(four.agreed(Set.of("a", "c", "d"), 3)).isTrue();
    assertThat(four.settle().agreed(Set.of("a", "c", "d"), 3)).isTrue();
    Voters two = THREE.without(Set.of("c"));
    assertThat(two.agreed(Set.of("a", "c"), 3)).isFalse();
    assertThat(two.agreed(Set.of("a", "b"), 3)).isTrue();
    assertThat(two.number()).isEqualTo(4);
  }

  /** Of two concurrent changes on two sides of a partition, at most one gets a majority. */
  @Test
  void twoSidesCannotBothChange() {
    Voters four = new Voters(4, List.of(Set.of("a", "b", "c", "d")));
    Voters more = four.with("e", 1);
    Voters less = four.without(Set.of("d"));
    assertThat(less.agreed(Set.of("b", "c"), 1) && more.agreed(Set.of("a", "d", "e"), 1)).isFalse();
    assertThat(more.agreed(Set.of("a", "d", "e"), 1)).isFalse();
  }

  @Test
  void whoGoesByItselfLeavesTheOthersAbleToAgree() {
    Voters left = THREE.left("c", Set.of(), 1);
    assertThat(left.sets()).containsExactly(Set.of("a", "b"));
    assertThat(left.left("b", Set.of(), 1).agreed(Set.of("a"), 1)).isTrue();
    Voters joining = new Voters(1, List.of(Set.of("a", "b", "c"))).with("d", 4);
    assertThat(joining.left("b", Set.of(), 4).canAgree(4)).isTrue();
  }

  @Test
  void theFirstNeedNobodysWord() {
    Voters first = Voters.NONE.with("a", 3);
    assertThat(first.sets()).containsExactly(Set.of("a"));
    assertThat(first.with("b", 3).sets()).containsExactly(Set.of("a", "b"));
    assertThat(first.with("b", 3).with("c", 3).sets())
        .containsExactly(Set.of("a", "b", "c"), Set.of("a", "b"));
  }

  @Test
  void whoGoesLastLeavesItsWordToItsHeir() {
    Voters alone = Voters.NONE.with("a", 1);
    Set<String> successor = Set.of("b");
    assertThat(alone.left("a", successor, 1).sets()).containsExactly(successor);
    Voters joining = alone.with("c", 1).left("a", successor, 1);
    assertThat(joining.agreed(Set.of("c"), 1)).as("what it wrote before may count").isFalse();
    assertThat(joining.agreed(Set.of("b", "c"), 1)).isTrue();
    assertThat(alone.left("a", Set.of(), 1).canAgree(1)).as("nobody was there").isFalse();
  }

  @Test
  void whoJoinsTooFewDoesNotSilenceTheMany() {
    Voters five = new Voters(7, List.of(Set.of("a", "b", "c", "d", "e")));
    Voters left = five.without(Set.of("c", "d", "e")).left("a", Set.of(), 3);
    assertThat(left.canAgree(3)).isFalse();
    Voters joined = left.with("f", 3);
    assertThat(joined.agreed(Set.of("b", "f"), 3)).as("c, d and e may be there").isFalse();
    assertThat(joined.agreed(Set.of("b", "c", "d", "f"), 3)).isTrue();
  }

  @Test
  void whoJoinsDropsThoseWhoCannotAgree() {
    Voters merged = new Voters(9, List.of(Set.of("b", "c", "p"), Set.of("c"), Set.of("b", "c")));
    assertThat(merged.canAgree(3)).isFalse();
    assertThat(merged.with("d", 3).sets())
        .containsExactly(Set.of("b", "c", "d", "p"), Set.of("b", "c", "p"), Set.of("b", "c"));
  }
}
