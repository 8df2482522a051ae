package io.clipure.stream.topology;

import io.clipure.schemas.Decision;
import io.clipure.schemas.LabelDefinition;
import io.clipure.stream.policy.Action;
import io.clipure.stream.policy.Label;
import io.clipure.stream.policy.LabelSet;

/**
 * Label sets between the policy room and the label-sets topic; neither direction checks content.
 */
public final class LabelSetRecords {
  private LabelSetRecords() {}

  /** The record to publish for a set, under the set's name. */
  public static io.clipure.schemas.LabelSet toRecord(LabelSet set) {
    return io.clipure.schemas.LabelSet.newBuilder()
        .setName(set.name())
        .setDescription(set.description())
        .setDigest(set.digest())
        .setTemplates(set.templates())
        .setLabels(set.labels().stream().map(LabelSetRecords::toRecord).toList())
        .setLowConfidenceScore(set.lowConfidenceScore())
        .setLowConfidenceMargin(set.lowConfidenceMargin())
        .setCalibrated(set.calibrated())
        .build();
  }

  /** The set a record carries, with the digest it claims. */
  public static LabelSet fromRecord(io.clipure.schemas.LabelSet published) {
    return new LabelSet(
        published.getName(),
        published.getDescription(),
        published.getDigest(),
        published.getTemplates(),
        published.getLabels().stream().map(LabelSetRecords::fromRecord).toList(),
        published.getLowConfidenceScore(),
        published.getLowConfidenceMargin(),
        published.getCalibrated());
  }

  private static LabelDefinition toRecord(Label label) {
    return LabelDefinition.newBuilder()
        .setId(label.id())
        .setName(label.name())
        .setGroup(label.group())
        .setAction(Decision.valueOf(label.action().name()))
        .setThreshold(label.threshold())
        .setPrompts(label.prompts())
        .build();
  }

  private static Label fromRecord(LabelDefinition label) {
    return new Label(
        label.getId(),
        label.getName(),
        label.getGroup(),
        Action.valueOf(label.getAction().name()),
        label.getThreshold(),
        label.getPrompts());
  }
}
