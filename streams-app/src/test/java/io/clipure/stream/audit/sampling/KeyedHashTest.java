package io.clipure.stream.audit.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeyedHashTest {
  private static final List<String> IDS =
      IntStream.range(0, 20_000).mapToObj(i -> "upload-" + i).toList();

  private static List<String> chosen(String key, double share) {
    KeyedHash hash = new KeyedHash(key);
    return IDS.stream().filter(id -> hash.chooses(id, share)).toList();
  }

  @Test
  void a_share_is_chosen_and_the_same_one_again() {
    List<String> chosen = chosen("k", 0.05);
    // 1,000 expected, standard deviation 31
    assertThat(chosen).hasSizeBetween(876, 1124).isEqualTo(chosen("k", 0.05));
  }

  @Test
  void a_larger_share_contains_the_smaller_one_and_another_key_is_another_choice() {
    List<String> small = chosen("k", 0.01);
    assertThat(chosen("k", 0.05)).containsAll(small);
    assertThat(chosen("other", 0.01)).isNotEqualTo(small);
    // As often together as chance has it: 0.05² of 20,000.
    List<String> both = chosen("other", 0.05).stream().filter(chosen("k", 0.05)::contains).toList();
    assertThat(both).hasSizeBetween(22, 80);
  }

  @Test
  void none_and_all_are_shares_too() {
    assertThat(chosen("k", 0)).isEmpty();
    assertThat(chosen("k", 1)).hasSameSizeAs(IDS);
  }

  @Test
  void the_hash_is_hmac_sha256() {
    // printf upload-1 | openssl dgst -sha256 -hmac clipure-audit/1
    assertThat(Long.toHexString(new KeyedHash(KeyedHash.PUBLIC_KEY).of("upload-1")))
        .isEqualTo("8a531dfc669be5cc");
  }

  @Test
  void the_smallest_hashes_are_the_same_sample_in_any_order() {
    SmallestHashes<Integer> forward = new SmallestHashes<>(new KeyedHash("k"), 100);
    SmallestHashes<Integer> shuffled = new SmallestHashes<>(new KeyedHash("k"), 100);
    List<Integer> order =
        new java.util.ArrayList<>(IntStream.range(0, IDS.size()).boxed().toList());
    order.forEach(i -> forward.offer(IDS.get(i), i));
    java.util.Collections.shuffle(order, new Random(1));
    order.forEach(i -> shuffled.offer(IDS.get(i), i));

    assertThat(forward.items()).hasSize(100).isSorted().isEqualTo(shuffled.items());
    assertThat(forward.seen()).isEqualTo(IDS.size());
    // The same ids that a threshold would choose.
    KeyedHash hash = new KeyedHash("k");
    double largest =
        forward.items().stream().mapToDouble(i -> hash.fraction(IDS.get(i))).max().orElseThrow();
    assertThat(IDS.stream().filter(id -> hash.fraction(id) <= largest)).hasSize(100);
  }
}
