package io.canarygateway.message;

/**
 * The rollouts that a node read from a source, published for nodes whose own source cannot be
 * reached. Its codec keeps the name {@code gateway.RolloutWord}, which earlier versions use.
 *
 * @param node the id of the node that read them
 * @param source the name of the source, such as {@code dynamodb}
 * @param canary the text of {@code rollout.canary}; empty if the source does not set it
 * @param maintenance the text of {@code rollout.maintenance}; empty if the source does not set it
 * @param ageMillis the age of the reading in ms when this report was sent, at least 0
 */
public record RolloutReport(
    String node, String source, String canary, String maintenance, long ageMillis) {}
