package io.canarygateway.message;

/**
 * A change of a flag that a source has made, or a verdict about a release. Secrets are masked, and
 * long values are cut.
 *
 * @param atMillis the time, in ms since 1970
 * @param flag the flag's name; of a verdict, the flag that names the version of the release
 * @param old the value that was in force; empty for a verdict
 * @param now the value that was set; of a verdict, the version and the verdict
 * @param source the layer
 * @param origin where in the source it stands, such as a file or {@code api}; of a verdict, the
 *     node that decided
 * @param revision the revision of the settings after the change
 * @param by the person or token that changed it; empty if that is not known
 * @param coveredBy the higher layer that covers the value; empty if the value is in force
 */
public record JournalEntry(
    long atMillis,
    String flag,
    String old,
    String now,
    String source,
    String origin,
    long revision,
    String by,
    String coveredBy) {}
