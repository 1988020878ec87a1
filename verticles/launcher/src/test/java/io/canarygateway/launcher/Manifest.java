package io.canarygateway.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * A document of a manifest as Kubernetes reads it.
 *
 * @param kind such as {@code apps/v1 Deployment}
 * @param value an object of Kubernetes' own type
 * @param unknown the paths of the properties that this type does not have
 */
record Manifest(String kind, Object value, List<String> unknown) {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Map<String, Class<?>> TYPES =
      Map.of(
          "v1 ConfigMap", ConfigMap.class,
          "v1 Service", Service.class,
          "apps/v1 Deployment", Deployment.class,
          "apps/v1 StatefulSet", StatefulSet.class,
          "policy/v1 PodDisruptionBudget", PodDisruptionBudget.class,
          "networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class);

  /** Reads all documents of a text; those of a kind that Kubernetes itself lacks are left out. */
  static List<Manifest> of(String yaml) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    return StreamSupport.stream(
            new Yaml(new SafeConstructor(options)).loadAll(yaml).spliterator(), false)
        .filter(Objects::nonNull)
        .map(document -> JSON.<JsonNode>valueToTree(document))
        .filter(document -> !document.path("apiVersion").asText().contains("coreos"))
        .map(Manifest::of)
        .toList();
  }

  private static Manifest of(JsonNode document) {
    String kind = document.path("apiVersion").asText() + " " + document.path("kind").asText();
    Class<?> type = Objects.requireNonNull(TYPES.get(kind), kind);
    Object value = JSON.convertValue(document, type);
    List<String> unknown = new ArrayList<>();
    collectUnknown(kind, value, unknown);
    return new Manifest(kind, value, unknown);
  }

  /** The types keep what they do not know in a map of their own. */
  private static void collectUnknown(String path, Object value, List<String> unknown) {
    if (value instanceof Iterable<?> elements) {
      elements.forEach(element -> collectUnknown(path + "[]", element, unknown));
      return;
    }
    if (value == null || !value.getClass().getName().startsWith("io.fabric8.")) {
      return;
    }
    for (var method : value.getClass().getMethods()) {
      if (method.getName().startsWith("get") && method.getParameterCount() == 0) {
        Object member;
        try {
          member = method.invoke(value);
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException(path + "." + method.getName(), e);
        }
        if (method.getName().equals("getAdditionalProperties")) {
          new TreeSet<>(((Map<?, ?>) member).keySet())
              .forEach(name -> unknown.add(path + "." + name));
        } else {
          collectUnknown(path + "." + method.getName().substring(3), member, unknown);
        }
      }
    }
  }

  /** The pods that this document makes; null if it makes none. */
  PodTemplateSpec pods() {
    return value instanceof Deployment deployment
        ? deployment.getSpec().getTemplate()
        : value instanceof StatefulSet set ? set.getSpec().getTemplate() : null;
  }
}
