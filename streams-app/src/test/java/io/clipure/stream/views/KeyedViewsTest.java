package io.clipure.stream.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyedViewsTest {
  private static final JsonNode GOLDEN = ViewsTest.golden();

  private static KeyedViews views(String plan, String key) {
    return new KeyedViews(ViewPlan.parse(plan, 64), key);
  }

  private static byte[] digest(Random random) {
    byte[] digest = new byte[32];
    random.nextBytes(digest);
    return digest;
  }

  @Test
  void draws_are_those_of_the_independent_implementation() throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(GOLDEN.get("image").binaryValue());
    for (JsonNode draw : GOLDEN.get("draws")) {
      List<View> expected = new ArrayList<>();
      draw.get("shifts").forEach(s -> expected.add(new Shift(s.get(0).asInt(), s.get(1).asInt())));
      String plan =
          "shift:%d(reach=%d)".formatted(draw.get("count").asInt(), draw.get("reach").asInt());
      assertThat(views(plan, draw.get("key").asText()).draw(digest)).isEqualTo(expected);
    }
    assertThat(views("shift:2", "a").keyId()).isEqualTo(GOLDEN.get("keyId").asText());
  }

  @Test
  void the_same_key_and_image_give_the_same_views_another_key_or_image_others() {
    Random random = new Random(3);
    int sameByKey = 0;
    int sameByImage = 0;
    for (int i = 0; i < 500; i++) {
      byte[] digest = digest(random);
      List<View> drawn = views("shift:2", "a").draw(digest);
      assertThat(views("shift:2", "a").draw(digest)).isEqualTo(drawn);
      sameByKey += views("shift:2", "b").draw(digest).equals(drawn) ? 1 : 0;
      sameByImage += views("shift:2", "a").draw(digest(random)).equals(drawn) ? 1 : 0;
    }
    // By chance 1 in 48 · 47.
    assertThat(sameByKey).isLessThan(5);
    assertThat(sameByImage).isLessThan(5);
    assertThat(views("shift:2", "a").keyId()).isNotEqualTo(views("shift:2", "b").keyId());
  }

  @Test
  void shifts_are_uniform_over_the_offsets_but_none_and_different_within_an_image() {
    Random random = new Random(9);
    Map<View, Integer> seen = new HashMap<>();
    KeyedViews views = views("shift:4", "key");
    int images = 6_000;
    for (int i = 0; i < images; i++) {
      List<View> drawn = views.draw(digest(random));
      assertThat(new HashSet<>(drawn)).hasSize(4);
      drawn.forEach(view -> seen.merge(view, 1, Integer::sum));
    }
    assertThat(seen).hasSize(48).doesNotContainKey(new Shift(0, 0));
    double expected = images * 4 / 48.0;
    double chiSquare =
        seen.values().stream().mapToDouble(n -> (n - expected) * (n - expected) / expected).sum();
    // 47 degrees of freedom: above 90 once in 5,000 seeds.
    assertThat(chiSquare).isLessThan(90);
  }

  @ParameterizedTest
  @CsvSource({
    "none, none, 0",
    "shift:2, shift:2(reach=3), 2",
    "shift:16, shift:16(reach=3), 16",
    "'shift:1,dct75:1', 'shift:1(reach=3),dct75:1', 2",
    "'dct75:1, shift:1(reach=2) ,blur:1,crop4:1', 'shift:1(reach=2),dct75:1,blur:1,crop4:1', 4",
    "shift:0, none, 0"
  })
  void a_plan_reads_its_own_id(String text, String id, int views) {
    ViewPlan plan = ViewPlan.parse(text, 64);
    assertThat(plan.id()).isEqualTo(id);
    assertThat(plan.extraViews()).isEqualTo(views);
    assertThat(ViewPlan.parse(id, 224)).isEqualTo(plan);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "shift",
        "shift:17",
        "shift:-1",
        "shift:1,shift:1",
        "blur:2",
        "dct0:1",
        "dct101:1",
        "crop0:1",
        "shift:9(reach=1)",
        "shift:1(reach=64)",
        "shift:1(reach=0)",
        "blur:1(reach=2)",
        "shift:16,blur:1",
        "nonsense:1"
      })
  void what_is_no_plan_is_refused_in_one_line(String text) {
    assertThatThrownBy(() -> ViewPlan.parse(text, 64))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("\n")
        .hasMessageContaining("expected");
  }

  @Test
  void the_reach_follows_the_size_and_stays_below_half_a_patch() {
    assertThat(ViewPlan.reachFor(16)).isEqualTo(1);
    assertThat(ViewPlan.reachFor(64)).isEqualTo(3);
    assertThat(ViewPlan.reachFor(96)).isEqualTo(5);
    assertThat(ViewPlan.reachFor(224)).isEqualTo(6);
    assertThat(ViewPlan.reachFor(336)).isEqualTo(6);
  }

  @Test
  void fixed_views_come_after_the_shifts() {
    List<View> drawn = views("dct75:1,shift:1", "k").draw(new byte[32]);
    assertThat(drawn).hasSize(2);
    assertThat(drawn.get(0)).isInstanceOf(Shift.class);
    assertThat(drawn.get(1)).isEqualTo(new DctQuantisation(75));
    assertThat(views("none", "k").draw(new byte[32])).isEmpty();
    assertThatThrownBy(() -> views("shift:1", "k").draw(new byte[31]))
        .hasMessage("digest has 31 bytes, expected 32");
    assertThatThrownBy(() -> views("none", "")).hasMessage("the key of the views is empty");
  }
}
