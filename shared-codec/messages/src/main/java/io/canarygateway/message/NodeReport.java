package io.canarygateway.message;

/**
 * The report of a node about itself.
 *
 * @param id the node's id, new with each start
 * @param address the address by which the other nodes reach the node, {@code host:port}; of a
 *     single node, its router's address
 * @param revision the revision of the node's settings
 * @param checksumDynamic go-flagz's checksum of the node's dynamic flags
 * @param checksumStatic go-flagz's checksum of the node's static flags
 * @param leaving whether the node stops and sends no further report
 */
public record NodeReport(
    String id,
    String address,
    long revision,
    String checksumDynamic,
    String checksumStatic,
    boolean leaving) {}
