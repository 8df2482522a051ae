package io.clipure.stream.app.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clipure.stream.app.RefusedException;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanTest {
  private static final Plan EVERYTHING = new Plan(List.of(), null, null);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, -7})
  void every_round_has_every_scenario_and_both_of_everything_for_kill_and_mixed(long seed) {
    List<Variant> variants = EVERYTHING.variants(seed);

    assertThat(variants.stream().map(variant -> variant.scenario().name()).distinct())
        .hasSameSizeAs(Scenario.all());
    for (String name : List.of("kill", "mixed")) {
      List<Variant> both =
          variants.stream().filter(variant -> variant.scenario().name().equals(name)).toList();
      assertThat(both).extracting(Variant::guarantee).doesNotHaveDuplicates().hasSize(2);
      assertThat(both).extracting(Variant::protocol).doesNotHaveDuplicates().hasSize(2);
    }
    assertThat(variants).extracting(Variant::guarantee).contains(Variant.Guarantee.values());
  }

  @Test
  void four_rounds_have_every_scenario_in_every_configuration() {
    assertThat(
            java.util.stream.LongStream.range(0, 4)
                .boxed()
                .flatMap(seed -> EVERYTHING.variants(seed).stream())
                .map(v -> v.scenario().name() + v.guarantee() + v.protocol())
                .collect(Collectors.toSet()))
        .hasSize(4 * Scenario.all().size());
  }

  @Test
  void an_unknown_scenario_is_refused_by_name() {
    assertThatThrownBy(() -> new Plan(List.of("fire"), null, null).variants(1))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("--only fire")
        .hasMessageContaining("kill");
  }

  @Test
  void the_same_seed_gives_the_same_faults_and_another_seed_others() {
    for (Scenario scenario : Scenario.all()) {
      assertThat(scenario.schedule(5)).isEqualTo(scenario.schedule(5));
    }
    Scenario mixed = Scenario.all().get(Scenario.all().size() - 1);
    assertThat(mixed.schedule(5)).isNotEqualTo(mixed.schedule(6));
  }

  @Test
  void single_events_come_exactly_as_often_as_asked_for() {
    EventMix mix = EventMix.USUAL.and(java.util.Map.of(EventKind.HANGS, 1));
    IntFunction<EventKind> kinds = mix.kinds(500, 3);
    List<EventKind> drawn = java.util.stream.IntStream.range(0, 1000).mapToObj(kinds).toList();

    assertThat(drawn).containsOnlyOnce(EventKind.HANGS);
    assertThat(drawn.indexOf(EventKind.HANGS)).isBetween(50, 450);
    assertThat(drawn).contains(EventKind.BROKEN_IMAGE, EventKind.NOT_AVRO, EventKind.GOOD);
  }
}
