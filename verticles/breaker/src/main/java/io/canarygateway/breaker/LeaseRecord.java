package io.canarygateway.breaker;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.canarygateway.decision.BreakerLimits;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The leases of all nodes in one generation: what the store keeps, as JSON. Immutable. The sums of
 * the grants never exceed the limits by what nodes lease in advance; they may by requests that pass
 * the breaker, and after a limit was lowered.
 *
 * @param version the version of this format
 * @param grants the nodes' grants, the node that wrote last at the end
 */
record LeaseRecord(
    @JsonProperty(value = "version", required = true) int version,
    @JsonProperty(value = "grants", required = true) List<Grant> grants) {

  private static final int VERSION = 1;
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Nothing is leased. */
  static final LeaseRecord EMPTY = new LeaseRecord(VERSION, List.of());

  LeaseRecord {
    grants = List.copyOf(grants);
  }

  /**
   * Reads a record.
   *
   * @param text the store's text, or an empty text if there is no record
   * @throws IllegalArgumentException if the text is no record; the message says why
   */
  static LeaseRecord of(String text) {
    if (text.isEmpty()) {
      return EMPTY;
    }
    LeaseRecord read;
    try {
      read = JSON.readValue(text, LeaseRecord.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no record of leases: " + e.getOriginalMessage(), e);
    }
    if (read.version != VERSION) {
      throw new IllegalArgumentException(
          "a record of leases of version " + read.version + ", expected " + VERSION);
    }
    Set<String> nodes = new HashSet<>();
    for (Grant grant : read.grants) {
      if (!grant.valid() || !nodes.add(grant.node())) {
        throw new IllegalArgumentException("a record of leases with an impossible grant: " + grant);
      }
    }
    return read;
  }

  String text() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of numbers and texts can be written", e);
    }
  }

  long requests() {
    return grants.stream().mapToLong(Grant::requests).sum();
  }

  long errors() {
    return grants.stream().mapToLong(Grant::errors).sum();
  }

  long usedRequests() {
    return grants.stream().mapToLong(Grant::usedRequests).sum();
  }

  long usedErrors() {
    return grants.stream().mapToLong(Grant::usedErrors).sum();
  }

  Optional<Grant> find(String node) {
    return grants.stream().filter(grant -> grant.node().equals(node)).findFirst();
  }

  /** Whether another node than this refuses requests, or errors, for want of a lease. */
  boolean wantedByOthers(String node, boolean ofErrors) {
    return grants.stream()
        .filter(grant -> !grant.node().equals(node))
        .anyMatch(grant -> ofErrors ? grant.wantsErrors() : grant.wantsRequests());
  }

  /** What is left to lease; below zero if more is leased than the limit. A limit of 0 is off. */
  BreakerLimits remaining(BreakerLimits limits) {
    return new BreakerLimits(limits.requests() - requests(), limits.errors() - errors());
  }

  /** This record with a node's grant, which replaces an older one, at the end. */
  LeaseRecord with(Grant grant) {
    LeaseRecord others = without(grant.node());
    List<Grant> all = new ArrayList<>(others.grants);
    all.add(grant);
    return new LeaseRecord(VERSION, all);
  }

  LeaseRecord without(String node) {
    return new LeaseRecord(
        VERSION, grants.stream().filter(grant -> !grant.node().equals(node)).toList());
  }

  /** This record with a node's grant added to that of the nodes that have left, as used. */
  LeaseRecord fold(Grant grant) {
    Grant left = find(Grant.LEFT).orElse(Grant.none(Grant.LEFT));
    List<Grant> all = new ArrayList<>();
    all.add(left.plus(grant, 0));
    all.addAll(without(Grant.LEFT).without(grant.node()).grants);
    return new LeaseRecord(VERSION, all);
  }
}
