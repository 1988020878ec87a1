/**
 * State that several processes share, in etcd, in DynamoDB or in files. Each write compares the
 * state that it replaces, so no write is lost. Consensus is the engine's work.
 */
@NullMarked
package io.canarygateway.store;

import org.jspecify.annotations.NullMarked;
