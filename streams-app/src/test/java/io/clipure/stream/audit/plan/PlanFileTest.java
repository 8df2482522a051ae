package io.clipure.stream.audit.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clipure.stream.audit.AuditException;
import io.clipure.stream.audit.range.PartitionRange;
import io.clipure.stream.audit.range.TopicRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanFileTest {
  private static final AuditPlan PLAN =
      new AuditPlan(
          "20261126-044651-ab12cd",
          AuditPlan.Kind.RESCORE,
          Instant.parse("2026-11-26T04:46:51Z"),
          new TopicRange(
              "images.labelled",
              List.of(new PartitionRange(0, 3, 8, 8, 20), new PartitionRange(1, 0, 0, 0, 0))),
          OutputTopics.of("audit."),
          new Candidate(Map.of("purifier", "off")));

  @TempDir private Path folder;

  @Test
  void whatIsWrittenIsRead() {
    Path file = folder.resolve("plan.json");
    PlanFile.create(file, PLAN);

    assertThat(PlanFile.read(file)).isEqualTo(PLAN);
    assertThat(PLAN.applicationId()).isEqualTo("clipure-rescore-20261126-044651-ab12cd");
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void aPlanIsNeverOverwritten() {
    Path file = folder.resolve("plan.json");
    PlanFile.create(file, PLAN);

    assertThatThrownBy(() -> PlanFile.create(file, PLAN))
        .isInstanceOf(AuditException.class)
        .hasMessageContaining("another instance");
  }

  @Test
  void aDamagedPlanIsRefusedInOneLineThatSaysWhatIsWrong() throws IOException {
    String good = PlanFile.json(PLAN);
    refused(good.substring(0, 40), "it is no JSON");
    refused(good.replace("audit-plan/1", "audit-plan/9"), "its format is not clipure-audit-plan/1");
    refused(good.replace("\"end\" : 20", "\"end\" : \"20\""), "field end is missing or no whole");
    refused(good.replace("\"end\" : 20", "\"end\" : 2"), "out of order");
    refused(good.replace("-ab12cd", "/../x"), "its id is not");
  }

  private void refused(String text, String why) throws IOException {
    Path file = folder.resolve("bad.json");
    Files.writeString(file, text);
    assertThatThrownBy(() -> PlanFile.read(file))
        .isInstanceOf(AuditException.class)
        .hasMessageContaining(why)
        .hasMessageNotContaining("\n");
  }

  @Test
  void candidatesNameWhatDiffers() {
    Candidate other = new Candidate(Map.of("purifier", "cos", "views", "none"));

    assertThat(PLAN.candidate().differences(PLAN.candidate())).isEmpty();
    assertThat(PLAN.candidate().differences(other))
        .containsExactly("purifier is cos, the plan has off");
  }
}
