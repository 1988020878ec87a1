package io.canarygateway.release;

/**
 * The ended runs of a release that only observes. Immutable.
 *
 * @param promoted runs that would have been promoted
 * @param reverted runs that would have been reverted
 * @param held runs that would have been held
 */
record Rehearsals(long promoted, long reverted, long held) {

  static final Rehearsals NONE = new Rehearsals(0, 0, 0);

  Rehearsals plus(Verdict ended) {
    return switch (ended) {
      case PROMOTED -> new Rehearsals(promoted + 1, reverted, held);
      case REVERTED -> new Rehearsals(promoted, reverted + 1, held);
      case HELD -> new Rehearsals(promoted, reverted, held + 1);
      default -> this;
    };
  }

  boolean isValid() {
    return promoted >= 0 && reverted >= 0 && held >= 0;
  }
}
