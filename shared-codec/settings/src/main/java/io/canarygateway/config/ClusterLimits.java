package io.canarygateway.config;

/** The keeper of a cluster's limits. */
public enum ClusterLimits {
  /** etcd: nodes lease parts of the limits in transactions. */
  ETCD,
  /** DynamoDB: nodes lease parts of the limits by conditional updates of the rollouts' table. */
  DYNAMODB,
  /** Each node has a fixed share of each limit, without communication. */
  SHARES
}
