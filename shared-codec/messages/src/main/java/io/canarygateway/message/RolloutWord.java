package io.canarygateway.message;

/**
 * What a node has read of the rollouts from a source that it reaches.
 *
 * @param node the id of the node
 * @param source the name of the source, {@code dynamodb} for example
 * @param canary the text of {@code rollout.canary}, or empty if the source says nothing of it
 * @param maintenance the text of {@code rollout.maintenance}, or empty likewise
 * @param ageMillis how old the reading was when this was sent
 */
public record RolloutWord(
    String node, String source, String canary, String maintenance, long ageMillis) {}
