package io.canarygateway.message;

/**
 * A verdict about a release. Published at {@link Addresses#CLUSTER_RELEASE_VERDICTS}.
 *
 * @param route the route's name; empty for the default route
 * @param version the version that is released
 * @param verdict one of {@code started}, {@code passed}, {@code promoted}, {@code reverted}, {@code
 *     held}, {@code paused}, {@code resumed}; a release that only observes says what it would have
 *     been
 * @param observed whether nothing was changed, because the release only observes
 * @param node the node that decided
 * @param by the person or token that decided; empty if the judge did
 * @param atMillis the time, in ms since 1970
 * @param receipt the receipt as JSON, which {@code judge} computes anew; empty if the verdict rests
 *     on no evidence
 */
public record ReleaseVerdict(
    String route,
    String version,
    String verdict,
    boolean observed,
    String node,
    String by,
    long atMillis,
    String receipt) {}
