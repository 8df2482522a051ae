package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clipure.stream.config.OpsConfig;
import io.clipure.stream.ops.health.Check;
import io.clipure.stream.ops.health.HealthHandler;
import io.clipure.stream.ops.http.OpsServer;
import io.clipure.stream.ops.http.Route;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The probe by a command. */
class HealthCommandTest {
  private volatile Check readiness = Check.ok("service", "running");
  private OpsServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        new OpsServer(
            "127.0.0.1",
            0,
            List.of(
                Route.of("/health/live", new HealthHandler(() -> List.of(Check.ok("life", "yes")))),
                Route.of("/health/ready", new HealthHandler(() -> List.of(readiness)))));
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static CommandLineRun health(int port, String... more) {
    List<String> line = new ArrayList<>(List.of("health", "--set", "ops.port=" + port));
    line.addAll(List.of(more));
    return CommandLineRun.of(line.toArray(String[]::new));
  }

  @Test
  void a_ready_service_is_0_and_its_checks_are_printed() {
    CommandLineRun run = health(server.port());
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.OK);
    assertThat(run.out()).contains("\"service\"").contains("\"running\"");
  }

  @Test
  void a_service_that_is_not_ready_is_1_and_its_reason_is_printed() {
    readiness = Check.failing("service", "starting");
    CommandLineRun run = health(server.port());
    assertThat(run.exitCode()).isEqualTo(ExitCode.FINDINGS);
    assertThat(run.out()).contains("\"failing\"").contains("\"starting\"");
  }

  @Test
  void alive_is_another_question() {
    readiness = Check.failing("service", "starting");
    CommandLineRun run = health(server.port(), "--live");
    assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(run.out()).contains("\"life\"");
  }

  @Test
  void a_service_on_every_address_is_asked_on_the_loopback() {
    CommandLineRun run = health(server.port(), "--set", "ops.host=0.0.0.0");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.OK);
    assertThat(HealthCommand.address(new OpsConfig(true, "::", 8080, false, 200, List.of()), "/x"))
        .hasToString("http://[::1]:8080/x");
  }

  @Test
  void nobody_there_is_1_and_told_in_one_line() throws IOException {
    int port;
    try (ServerSocket taken = new ServerSocket(0)) {
      port = taken.getLocalPort();
    }
    CommandLineRun run = health(port);
    assertThat(run.exitCode()).isEqualTo(ExitCode.FINDINGS);
    assertThat(run.err().lines())
        .singleElement()
        .asString()
        .contains("no answer from http://127.0.0.1:" + port + "/health/ready");
  }

  @Test
  void a_port_that_cannot_be_known_is_refused_by_its_key() {
    CommandLineRun run = health(0);
    assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err()).contains("ops.port: 0");
    assertThatThrownBy(
            () ->
                HealthCommand.address(
                    new OpsConfig(false, "127.0.0.1", 8080, false, 200, List.of()), "/x"))
        .isInstanceOf(RefusedException.class)
        .hasMessageStartingWith("ops.enabled");
  }

  @Test
  void a_timeout_out_of_range_is_refused() {
    CommandLineRun run = health(server.port(), "--timeout", "0");
    assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err()).contains("--timeout: 0");
  }
}
