package io.canarygateway.benchmarks.release;

/** The beginning of the document. */
final class Introduction {

  static final String TEXT =
      """
      # Releases, simulated

      Written by `releases.sh`; do not edit. The simulations use the judge's own code or are tested to agree with it. Time is
      simulated and the seeds are fixed, so every run writes the same figures.

      Settings are the defaults unless a line says otherwise: `tolerance` 1.5, `false-alarm` 0.001, `confidence-alpha` 0.01,
      `acceptable` 0.001.

      ## Why the judge may look after every request

      A test of the usual kind is right once: whoever repeats it each minute sees a "significant" difference sooner or later.
      The judge works differently. It keeps a number that begins at 1, and that is multiplied at each failing client. If the
      client was on canary, the factor is above 1, else below. The factors are chosen so that their mean is 1 when canary fails
      exactly 1.5 times as often as main, and below 1 when canary fails less often. Such a number is like a gambler's money in a
      fair or losing game. With one coin at the start, the chance of ever holding 1,000 coins is at most 1 in 1,000, however long
      the gambler plays and whenever he stops (Ville's inequality, 1939).

      So the chance that a good canary is ever reverted is at most `false-alarm`, although the judge looks after every request.
      Nothing has to be known before: not main's failure rate, not the traffic, not how long the release takes.
      The rest of this document shows that the gateway's number keeps the promise, and what the promise costs.
      """;

  private Introduction() {}
}
