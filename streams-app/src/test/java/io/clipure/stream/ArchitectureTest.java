package io.clipure.stream;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The floor plan: which room may import which, and who may own threads. */
class ArchitectureTest {
  private static final String ROOT = "io.clipure.stream.";

  /** Room to the rooms it may import. The service's own records (io.clipure.schemas) sit below. */
  private static final Map<String, Set<String>> MAY_IMPORT =
      Map.ofEntries(
          entry(
              "app",
              Set.of(
                  "audit",
                  "redteam",
                  "html",
                  "topology",
                  "batching",
                  "policy",
                  "views",
                  "image",
                  "clip",
                  "purify",
                  "ops",
                  "config")),
          entry("audit", Set.of("topology", "policy", "views", "clip", "purify", "html")),
          entry("redteam", Set.of("policy", "views", "clip", "purify", "html")),
          entry(
              "topology", Set.of("batching", "policy", "views", "image", "clip", "purify", "ops")),
          entry("batching", Set.of("clip")),
          entry("policy", Set.of("views", "clip", "purify")),
          entry("views", Set.of()),
          entry("image", Set.of()),
          entry("html", Set.of()),
          entry("clip", Set.of()),
          entry("purify", Set.of()),
          entry("ops", Set.of()),
          entry("config", Set.of()));

  private static JavaClasses classes;

  @BeforeAll
  static void importClasses() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.clipure.stream");
  }

  static Stream<String> rooms() {
    return MAY_IMPORT.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void aRoomImportsOnlyRoomsBelowIt(String room) {
    String[] forbidden =
        MAY_IMPORT.keySet().stream()
            .filter(other -> !other.equals(room) && !MAY_IMPORT.get(room).contains(other))
            .map(other -> ROOT + other + "..")
            .toArray(String[]::new);
    if (forbidden.length == 0) {
      return;
    }
    ArchRuleDefinition.noClasses()
        .that()
        .resideInAPackage(ROOT + room + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(forbidden)
        .allowEmptyShould(true)
        .check(classes);
  }

  @Test
  void roomsHaveNoCycles() {
    slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(classes);
  }

  @Test
  void everyRoomIsOnTheFloorPlan() {
    List<String> rooms =
        classes.stream()
            .map(type -> type.getPackageName())
            .filter(name -> name.startsWith(ROOT))
            .map(name -> name.substring(ROOT.length()).split("\\.")[0])
            .distinct()
            .toList();
    assertThat(MAY_IMPORT.keySet()).containsAll(rooms);
  }

  @Test
  void onlyTheBatchingRoomTheOperatorsRoomAndTheCommandLineOwnThreadsAndLocks() {
    ArchRuleDefinition.noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + "batching..", ROOT + "ops..", ROOT + "app..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.util.concurrent.locks..")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.Thread")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.concurrent.ExecutorService")
        .check(classes);
  }
}
