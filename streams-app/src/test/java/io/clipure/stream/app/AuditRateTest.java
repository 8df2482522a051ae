package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.stream.audit.plan.PlanProgress;
import org.junit.jupiter.api.Test;

class AuditRateTest {
  private static final long SECOND = 1_000_000_000L;

  private static PlanProgress.State at(long done) {
    return new PlanProgress.State(done, 10_000, false);
  }

  @Test
  void waitingForTheGroupDoesNotCountAndOldRatesAreForgotten() {
    AuditRun.Rate rate = new AuditRun.Rate(0, 0);

    assertThat(rate.note(20 * SECOND, at(0))).isEqualTo("0.0 %, 0/s");
    assertThat(rate.note(30 * SECOND, at(1_000))).isEqualTo("10.0 %, 100/s, 1 min 30 s left");
    assertThat(rate.note(50 * SECOND, at(1_000))).isEqualTo("10.0 %, 33/s, 4 min 30 s left");
    assertThat(rate.note(80 * SECOND, at(1_000))).isEqualTo("10.0 %, 0/s");
  }
}
