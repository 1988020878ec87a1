package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BufferBudgetTest {

  @Test
  void takesWhatFitsAndNothingMore() {
    BufferBudget budget = new BufferBudget(10);
    assertThat(budget.tryTake(6)).isTrue();
    assertThat(budget.tryTake(5)).isFalse();
    assertThat(budget.used()).isEqualTo(6);
    assertThat(budget.tryTake(4)).isTrue();
    budget.giveBack(10);
    assertThat(budget.used()).isZero();
  }
}
