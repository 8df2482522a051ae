package io.clipure.stream.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clipure.stream.config.AppConfig;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an overlay renders to fits itself, the API and the program. */
class ManifestTest {
  @TempDir private Path folder;

  static Stream<Overlay> overlays() {
    return Stream.of("cpu", "gpu").map(Overlay::of);
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void every_field_is_one_of_the_api(Overlay overlay) {
    assertThat(overlay.documents()).hasSizeGreaterThan(10).allSatisfy(StrictReader::check);
  }

  @Test
  void an_unknown_field_would_be_found() {
    ObjectNode broken = Overlay.of("cpu").only("StatefulSet").deepCopy();
    ((ObjectNode) broken.at("/spec/template/spec/containers/0")).put("readynessProbe", "typo");
    assertThatThrownBy(() -> StrictReader.check(broken)).hasMessageContaining("readynessProbe");
    ObjectNode scaled = Overlay.of("cpu").only("ScaledObject").deepCopy();
    ((ObjectNode) scaled.get("spec")).put("maxReplicas", 3);
    assertThatThrownBy(() -> StrictReader.check(scaled)).hasMessageContaining("/spec/maxReplicas");
  }

  @Test
  void the_policy_for_references_is_sound() {
    List<ObjectNode> documents =
        Kustomization.render(Yaml.ROOT.resolve("k8s/components/references"));
    assertThat(documents).singleElement().satisfies(StrictReader::check);
    NetworkPolicy policy = StrictReader.as(documents.get(0), NetworkPolicy.class);
    assertThat(policy.getSpec().getPodSelector().getMatchLabels())
        .isEqualTo(Overlay.of("cpu").podLabels());
    assertThat(policy.getSpec().getEgress().get(0).getTo().get(0).getIpBlock().getExcept())
        .contains("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8");
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void every_selector_finds_the_pods(Overlay overlay) {
    Map<String, String> pods = overlay.podLabels();
    Service service = StrictReader.as(overlay.only("Service"), Service.class);
    assertThat(overlay.set().getSpec().getSelector().getMatchLabels()).isEqualTo(pods);
    assertThat(service.getSpec().getSelector()).isEqualTo(pods);
    assertThat(
            StrictReader.as(overlay.only("PodDisruptionBudget"), PodDisruptionBudget.class)
                .getSpec()
                .getSelector()
                .getMatchLabels())
        .isEqualTo(pods);
    assertThat(policy(overlay).getSpec().getPodSelector().getMatchLabels()).isEqualTo(pods);
    assertThat(overlay.pod().getTopologySpreadConstraints())
        .hasSize(2)
        .allSatisfy(one -> assertThat(one.getLabelSelector().getMatchLabels()).isEqualTo(pods));
    assertThat(overlay.only("ServiceMonitor").at("/spec/selector/matchLabels").properties())
        .allSatisfy(
            label ->
                assertThat(service.getMetadata().getLabels())
                    .containsEntry(label.getKey(), label.getValue().asText()));
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void every_name_leads_somewhere(Overlay overlay) {
    Service service = StrictReader.as(overlay.only("Service"), Service.class);
    assertThat(overlay.set().getSpec().getServiceName()).isEqualTo(service.getMetadata().getName());
    assertThat(overlay.pod().getServiceAccountName())
        .isEqualTo(overlay.only("ServiceAccount").at("/metadata/name").asText());
    Set<String> volumes =
        overlay.pod().getVolumes().stream().map(Volume::getName).collect(Collectors.toSet());
    assertThat(overlay.container().getVolumeMounts())
        .extracting(VolumeMount::getName)
        .containsExactlyInAnyOrderElementsOf(volumes);
    assertThat(volume(overlay, "config").getConfigMap().getName())
        .isEqualTo(overlay.only("ConfigMap").at("/metadata/name").asText());
    Set<String> ports =
        overlay.container().getPorts().stream()
            .map(ContainerPort::getName)
            .collect(Collectors.toSet());
    assertThat(service.getSpec().getPorts())
        .allSatisfy(port -> assertThat(ports).contains(port.getTargetPort().getStrVal()));
    assertThat(overlay.only("ServiceMonitor").at("/spec/endpoints/0/port").asText())
        .isEqualTo(service.getSpec().getPorts().get(0).getName());
    assertThat(policy(overlay).getSpec().getIngress())
        .flatExtracting(rule -> rule.getPorts())
        .allSatisfy(port -> assertThat(ports).contains(port.getPort().getStrVal()));
    JsonNode target = overlay.only("ScaledObject").at("/spec/scaleTargetRef");
    assertThat(target.get("kind").asText()).isEqualTo("StatefulSet");
    assertThat(target.get("name").asText()).isEqualTo(overlay.set().getMetadata().getName());
    assertThat(overlay.documents())
        .filteredOn(one -> !one.at("/kind").asText().equals("Namespace"))
        .allSatisfy(one -> assertThat(one.at("/metadata/namespace").asText()).isNotEmpty());
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void every_file_that_is_named_is_mounted(Overlay overlay) {
    Map<String, String> mounts =
        overlay.container().getVolumeMounts().stream()
            .collect(Collectors.toMap(VolumeMount::getName, VolumeMount::getMountPath));
    List<String> command = overlay.container().getArgs();
    assertThat(command.get(command.indexOf("--config") + 1))
        .isEqualTo(mounts.get("config") + "/app.properties");
    Matcher references = Pattern.compile("\\$\\{file:([^}]+)}").matcher(overlay.properties());
    assertThat(references.find()).isTrue();
    references
        .results()
        .forEach(one -> assertThat(one.group(1)).startsWith(mounts.get("secrets") + "/"));
    assertThat(volume(overlay, "secrets").getSecret().getDefaultMode()).isEqualTo(0440);
    Set<String> variables =
        overlay.container().getEnv().stream().map(EnvVar::getName).collect(Collectors.toSet());
    Pattern.compile("\\$\\{env:([^}]+)}")
        .matcher(overlay.properties())
        .results()
        .forEach(one -> assertThat(variables).contains(one.group(1)));
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void the_program_takes_the_configuration_and_it_fits_the_pod(Overlay overlay) throws Exception {
    AppConfig config = overlay.config(folder);
    assertThat(config.ops().host()).isEqualTo("0.0.0.0");
    assertThat(config.ops().enabled()).isTrue();
    assertThat(config.ops().port())
        .isEqualTo(overlay.container().getPorts().get(0).getContainerPort());
    assertThat(overlay.pod().getTerminationGracePeriodSeconds())
        .isGreaterThanOrEqualTo(config.stream().stopTimeout().toSeconds() + 10);
    assertThat(config.suspicion().key()).as("secret views").isPresent();
    assertThat(config.toString())
        .contains(overlay.name().equals("gpu") ? "gpu:0" : "stream.processing-guarantee");
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void probes_ask_what_they_are_for(Overlay overlay) {
    Container container = overlay.container();
    assertThat(path(container.getStartupProbe())).isEqualTo("/health/live");
    assertThat(path(container.getLivenessProbe())).isEqualTo("/health/live");
    assertThat(path(container.getReadinessProbe())).isEqualTo("/health/ready");
    assertThat(container.getStartupProbe().getFailureThreshold())
        .isGreaterThan(container.getLivenessProbe().getFailureThreshold());
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void the_pod_keeps_to_the_restricted_profile(Overlay overlay) {
    assertThat(
            overlay
                .only("Namespace")
                .at("/metadata/labels/pod-security.kubernetes.io~1enforce")
                .asText())
        .isEqualTo("restricted");
    PodSecurityContext pod = overlay.pod().getSecurityContext();
    assertThat(pod.getRunAsNonRoot()).isTrue();
    assertThat(pod.getRunAsUser()).isEqualTo(10001);
    assertThat(pod.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(overlay.pod().getAutomountServiceAccountToken()).isFalse();
    assertThat(overlay.pod().getHostNetwork()).isNull();
    SecurityContext container = overlay.container().getSecurityContext();
    assertThat(container.getAllowPrivilegeEscalation()).isFalse();
    assertThat(container.getReadOnlyRootFilesystem()).isTrue();
    assertThat(container.getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(container.getCapabilities().getAdd()).isNullOrEmpty();
    assertThat(overlay.container().getVolumeMounts())
        .filteredOn(mount -> !mount.getName().equals("tmp"))
        .allSatisfy(mount -> assertThat(mount.getReadOnly()).isTrue());
    assertThat(volume(overlay, "tmp").getEmptyDir()).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void resources_are_bounded_and_a_gpu_is_asked_for_where_one_is_used(Overlay overlay) {
    Map<String, Quantity> limits = overlay.container().getResources().getLimits();
    Map<String, Quantity> requests = overlay.container().getResources().getRequests();
    assertThat(limits.get("memory")).isEqualTo(requests.get("memory")).isNotNull();
    assertThat(limits.get("cpu")).isEqualTo(requests.get("cpu")).isNotNull();
    boolean gpu = overlay.name().equals("gpu");
    assertThat(limits.containsKey("nvidia.com/gpu")).isEqualTo(gpu);
    assertThat(overlay.container().getImage())
        .matches("\\S+:\\d+\\.\\d+\\.\\d+" + (gpu ? "-gpu" : ""));
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void pods_reach_broker_and_registry_and_nothing_else(Overlay overlay) throws Exception {
    AppConfig config = overlay.config(folder);
    List<NetworkPolicyEgressRule> egress = policy(overlay).getSpec().getEgress();
    assertThat(policy(overlay).getSpec().getPolicyTypes())
        .containsExactlyInAnyOrder("Ingress", "Egress");
    assertThat(egress)
        .allSatisfy(
            rule -> {
              assertThat(rule.getTo()).isNotEmpty();
              assertThat(rule.getPorts()).isNotEmpty();
              assertThat(rule.getTo())
                  .allSatisfy(
                      to -> assertThat(to.getNamespaceSelector().getMatchLabels()).isNotEmpty());
            });
    String broker = config.stream().bootstrapServers().orElseThrow();
    assertThat(ports(egress, namespaceOf(broker.split(":")[0])))
        .contains(Integer.parseInt(broker.split(":")[1]));
    URI registry = URI.create(config.registry().url().orElseThrow().toString());
    assertThat(ports(egress, namespaceOf(registry.getHost()))).contains(registry.getPort());
  }

  private static String namespaceOf(String host) {
    return host.split("\\.")[1];
  }

  private static List<Integer> ports(List<NetworkPolicyEgressRule> egress, String namespace) {
    return egress.stream()
        .filter(
            rule ->
                rule.getTo().stream()
                    .anyMatch(
                        to ->
                            namespace.equals(
                                to.getNamespaceSelector()
                                    .getMatchLabels()
                                    .get("kubernetes.io/metadata.name"))))
        .flatMap(rule -> rule.getPorts().stream())
        .map(NetworkPolicyPort::getPort)
        .map(port -> port.getIntVal())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void scaling_follows_the_lag_of_the_images_up_to_what_partitions_feed(Overlay overlay)
      throws Exception {
    AppConfig config = overlay.config(folder);
    JsonNode spec = overlay.only("ScaledObject").get("spec");
    JsonNode trigger = spec.at("/triggers/0/metadata");
    assertThat(overlay.set().getSpec().getReplicas()).as("KEDA owns it").isNull();
    assertThat(trigger.get("topic").asText()).isEqualTo(config.topics().images());
    assertThat(trigger.get("consumerGroup").asText()).isEqualTo(config.stream().applicationId());
    assertThat(trigger.get("bootstrapServers").asText())
        .isEqualTo(config.stream().bootstrapServers().orElseThrow());
    assertThat(spec.get("minReplicaCount").asInt()).isGreaterThanOrEqualTo(2);
    assertThat(spec.get("maxReplicaCount").asInt() * config.stream().threads())
        .isLessThanOrEqualTo(
            topics(overlay).get(config.topics().images()).get("partitions").asInt());
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void every_topic_that_run_asks_for_is_made(Overlay overlay) throws Exception {
    AppConfig config = overlay.config(folder);
    Map<String, JsonNode> topics = topics(overlay);
    assertThat(topics)
        .containsOnlyKeys(
            config.topics().images(),
            config.topics().labelled(),
            config.topics().lowConfidence(),
            config.topics().adversarial(),
            config.topics().deadLetter(),
            config.topics().labelSets());
    assertThat(topics.get(config.topics().labelSets()).at("/config/cleanup.policy").asText())
        .isEqualTo("compact");
    long images = largest(topics.get(config.topics().images()));
    assertThat(images).isGreaterThan(config.image().maxBytes().bytes());
    assertThat(largest(topics.get(config.topics().deadLetter()))).isGreaterThan(images);
  }

  private static long largest(JsonNode topic) {
    return topic.at("/config/max.message.bytes").asLong();
  }

  private static Map<String, JsonNode> topics(Overlay overlay) {
    Map<String, JsonNode> topics = new TreeMap<>();
    overlay
        .all("KafkaTopic")
        .forEach(one -> topics.put(one.at("/spec/topicName").asText(), one.get("spec")));
    return topics;
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void alert_rules_are_those_of_prometheus(Overlay overlay) {
    assertThat(overlay.only("PrometheusRule").at("/spec/groups"))
        .isEqualTo(Yaml.one(Yaml.ROOT.resolve("docker/prometheus/alerts.yml")).get("groups"));
    // The operator names a job after the service; the rules look for this name.
    assertThat(overlay.only("Service").at("/metadata/name").asText()).isEqualTo("clipure-stream");
  }

  private static NetworkPolicy policy(Overlay overlay) {
    return StrictReader.as(overlay.only("NetworkPolicy"), NetworkPolicy.class);
  }

  private static Volume volume(Overlay overlay, String name) {
    return overlay.pod().getVolumes().stream()
        .filter(volume -> volume.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String path(Probe probe) {
    return probe.getHttpGet().getPath();
  }
}
