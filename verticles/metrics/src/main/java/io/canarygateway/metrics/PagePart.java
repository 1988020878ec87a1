package io.canarygateway.metrics;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a long list.
 *
 * @param items what is shown
 * @param first the number of the first one, from 1; 0 if there are none
 * @param last the number of the last one
 * @param all how many there are
 * @param previous where the part before begins; null at the start
 * @param next where the next part begins; null at the end
 */
record PagePart<T>(
    List<T> items,
    int first,
    int last,
    int all,
    @Nullable Integer previous,
    @Nullable Integer next) {

  /**
   * Takes a part.
   *
   * @param from how many are left out
   * @param most how many are shown at most
   */
  static <T> PagePart<T> of(List<T> all, int from, int most) {
    int begin = from >= all.size() ? 0 : from;
    int end = Math.min(all.size(), begin + most);
    return new PagePart<>(
        List.copyOf(all.subList(begin, end)),
        all.isEmpty() ? 0 : begin + 1,
        end,
        all.size(),
        begin == 0 ? null : Math.max(0, begin - most),
        end == all.size() ? null : end);
  }
}
