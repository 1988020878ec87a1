package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import io.canarygateway.config.ConfigReader;
import io.canarygateway.config.GatewayConfig;
import io.canarygateway.config.ServerConfig;
import io.canarygateway.fixtures.Upstreams;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The manifests and the chart for Kubernetes. */
class ManifestsTest {

  private static final Path CONF = Path.of("..", "..", "conf");
  private static final Path CHART = CONF.resolve("helm").resolve("canary-gateway");

  /** How long the verticles may take to end, besides the drain. */
  private static final long SLACK_SECONDS = 8;

  private static String file(String name) throws IOException {
    return Files.readString(CONF.resolve(name));
  }

  private static String chart(Map<String, Object> values) {
    var command =
        new Helm(CHART.toAbsolutePath().normalize())
            .template()
            .withName("shop")
            .withKubeVersion("1.30.0");
    values.forEach(command::set);
    return command.call();
  }

  static Stream<List<Manifest>> all() throws IOException {
    return Stream.of(
            file("kubernetes.yaml"),
            file("kubernetes-cluster.yaml"),
            chart(Map.of()),
            chart(
                Map.of(
                    "serviceMonitor.enabled", true,
                    "javaOptions", "-Xmx256m",
                    "drainSeconds", 30,
                    "imagePullSecrets[0].name", "registry",
                    "podAnnotations.team", "shop",
                    "nodeSelector.zone", "a")))
        .map(Manifest::of);
  }

  private static <T> List<T> of(List<Manifest> manifests, Class<T> type) {
    return manifests.stream()
        .map(Manifest::value)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  private static PodSpec pod(List<Manifest> manifests) {
    return manifests.stream()
        .map(Manifest::pods)
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow()
        .getSpec();
  }

  private static Container container(List<Manifest> manifests) {
    return pod(manifests).getContainers().get(0);
  }

  @ParameterizedTest
  @MethodSource("all")
  void kubernetesKnowsEachProperty(List<Manifest> manifests) {
    assertThat(manifests).hasSizeGreaterThanOrEqualTo(6);
    assertThat(manifests).allSatisfy(one -> assertThat(one.unknown()).isEmpty());
    assertThat(of(manifests, PodDisruptionBudget.class)).hasSize(1);
    assertThat(of(manifests, NetworkPolicy.class)).hasSize(1);
    assertThat(of(manifests, Service.class)).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("all")
  void theDocumentIsValidAndThePodOutlivesItsDrain(List<Manifest> manifests) throws Exception {
    String document =
        of(manifests, ConfigMap.class).stream()
            .map(map -> map.getData().get("gateway.json"))
            .filter(Objects::nonNull)
            .findFirst()
            .orElseThrow();
    ServerConfig server = GatewayConfig.of(ConfigReader.read(document)).server();
    long sleep = container(manifests).getLifecycle().getPreStop().getSleep().getSeconds();
    assertThat(pod(manifests).getTerminationGracePeriodSeconds())
        .isGreaterThan(sleep + server.drainTimeout().toSeconds() + SLACK_SECONDS);
  }

  @ParameterizedTest
  @MethodSource("all")
  void thePodIsRestricted(List<Manifest> manifests) {
    var context = container(manifests).getSecurityContext();
    assertThat(context.getReadOnlyRootFilesystem()).isTrue();
    assertThat(context.getAllowPrivilegeEscalation()).isFalse();
    assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
    var pods = pod(manifests).getSecurityContext();
    assertThat(pods.getRunAsNonRoot()).isTrue();
    assertThat(pods.getRunAsUser()).isEqualTo(65_532L);
    assertThat(pods.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(pod(manifests).getAutomountServiceAccountToken()).isFalse();
    assertThat(container(manifests).getResources().getRequests()).containsKeys("cpu", "memory");
    assertThat(container(manifests).getResources().getLimits()).containsKey("memory");
  }

  @ParameterizedTest
  @MethodSource("all")
  void aGatewayAnswersTheProbes(List<Manifest> manifests) throws Exception {
    Container container = container(manifests);
    try (Upstreams upstreams = new Upstreams();
        GatewayFixture gateway = GatewayFixture.start(upstreams.withoutSidecar())) {
      for (Probe probe :
          List.of(
              container.getStartupProbe(),
              container.getReadinessProbe(),
              container.getLivenessProbe())) {
        assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo("instrumentation");
        assertThat(gateway.instrumentation(probe.getHttpGet().getPath()).statusCode())
            .isEqualTo(200);
      }
    }
  }

  @Test
  void helmFindsNoFaultInTheChart() {
    LintResult result = new Helm(CHART.toAbsolutePath().normalize()).lint().strict().call();
    assertThat(result.isFailed()).as(String.join("\n", result.getMessages())).isFalse();
  }

  @Test
  void valuesThatTheChartDoesNotKnowAreRefused() {
    assertThatThrownBy(() -> chart(Map.of("replica", 3))).hasMessageContaining("replica");
  }

  @Test
  void whatIsOffIsLeftOut() {
    List<Manifest> manifests =
        Manifest.of(
            chart(Map.of("networkPolicy.enabled", false, "podDisruptionBudget.enabled", false)));
    assertThat(of(manifests, NetworkPolicy.class)).isEmpty();
    assertThat(of(manifests, PodDisruptionBudget.class)).isEmpty();
  }
}
