package io.canarygateway.message;

/**
 * What a node says of itself.
 *
 * @param id new with each start
 * @param address where the other nodes reach it, host:port; of one that is alone, its router
 * @param revision the revision of its settings
 * @param checksumDynamic go-flagz's checksum of its dynamic flags
 * @param checksumStatic that of its static flags
 * @param leaving whether this is its last word
 */
public record NodeReport(
    String id,
    String address,
    long revision,
    String checksumDynamic,
    String checksumStatic,
    boolean leaving) {}
