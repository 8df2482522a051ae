package io.clipure.stream.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.List;
import java.util.Map;

/**
 * Reads manifests, and refuses fields that the API does not have: the API server would drop or
 * refuse them. Kubernetes' own kinds are read as its types; of the operators' kinds the fields that
 * we use are listed, by their resource definitions.
 */
final class StrictReader {
  private static final ObjectMapper STRICT =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .setAnnotationIntrospector(new WithoutCatchAll());

  private static final Map<String, Class<?>> TYPES =
      Map.of(
          "v1/Namespace", Namespace.class,
          "v1/ServiceAccount", ServiceAccount.class,
          "v1/Service", Service.class,
          "v1/ConfigMap", ConfigMap.class,
          "apps/v1/StatefulSet", StatefulSet.class,
          "policy/v1/PodDisruptionBudget", PodDisruptionBudget.class,
          "networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class);

  /** Patterns of the paths of values. */
  private static final Map<String, List<String>> FIELDS =
      Map.of(
          "monitoring.coreos.com/v1/ServiceMonitor",
          List.of("/spec/selector/matchLabels/[^/]+", "/spec/endpoints/\\d+/(port|path|interval)"),
          "monitoring.coreos.com/v1/PrometheusRule",
          List.of(
              "/spec/groups/\\d+/name",
              "/spec/groups/\\d+/rules/\\d+/(alert|expr|for|(labels|annotations)/[^/]+)"),
          "keda.sh/v1alpha1/ScaledObject",
          List.of(
              "/spec/scaleTargetRef/(apiVersion|kind|name)",
              "/spec/(minReplicaCount|maxReplicaCount|pollingInterval|cooldownPeriod)",
              "/spec/advanced/horizontalPodAutoscalerConfig/behavior/scaleDown/"
                  + "(stabilizationWindowSeconds|policies/\\d+/(type|value|periodSeconds))",
              "/spec/triggers/\\d+/(type|metadata/(bootstrapServers|consumerGroup|topic|"
                  + "lagThreshold|activationLagThreshold|allowIdleConsumers|offsetResetPolicy))"),
          "kafka.strimzi.io/v1beta2/KafkaTopic",
          List.of("/spec/(topicName|partitions|replicas|config/[^/]+)"));

  private static final List<String> METADATA =
      List.of("/apiVersion", "/kind", "/metadata/(name|namespace)", "/metadata/labels/.+");

  private StrictReader() {}

  /**
   * Reads one document.
   *
   * @throws IllegalArgumentException naming the field, or the kind that is not known
   */
  static void check(JsonNode document) {
    String kind = document.at("/apiVersion").asText() + "/" + document.at("/kind").asText();
    if (TYPES.containsKey(kind)) {
      as(document, TYPES.get(kind));
    } else if (FIELDS.containsKey(kind)) {
      values(document, "", FIELDS.get(kind));
    } else {
      throw new IllegalArgumentException(kind + " is no kind that is known here");
    }
  }

  /** As a type of Kubernetes. */
  static <T> T as(JsonNode document, Class<T> type) {
    try {
      return STRICT.treeToValue(document, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(document.at("/kind") + ": " + e.getMessage(), e);
    }
  }

  private static void values(JsonNode node, String path, List<String> allowed) {
    if (node.isObject()) {
      node.properties()
          .forEach(
              field ->
                  values(
                      field.getValue(), path + "/" + field.getKey().replace("/", "~1"), allowed));
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        values(node.get(i), path + "/" + i, allowed);
      }
    } else if (allowed.stream().noneMatch(path::matches)
        && METADATA.stream().noneMatch(path::matches)) {
      throw new IllegalArgumentException(path + " is not a field that is known here");
    }
  }

  /** The types collect what they do not know; here nobody may. */
  private static final class WithoutCatchAll extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1L;

    @Override
    public Boolean hasAnySetter(Annotated member) {
      return false;
    }
  }
}
