package io.clipure.stream.audit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clipure.stream.audit.AuditException;
import io.clipure.stream.clip.ModelBundle;
import io.clipure.stream.policy.Action;
import io.clipure.stream.policy.Label;
import io.clipure.stream.policy.LabelSet;
import io.clipure.stream.policy.LabelSetYaml;
import io.clipure.stream.policy.LabelSets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentStoreTest {
  private static final Path BUNDLE = Path.of("bundles", "emoji-plain");
  private static final Path LABELS = Path.of("labels", "demo.yaml");

  @TempDir private Path folder;
  private ContentStore store;

  @BeforeEach
  void make() {
    store = new ContentStore(folder.resolve("store"));
  }

  @Test
  void a_bundle_and_a_label_set_are_found_by_digest() {
    ContentStore.Entry bundle = store.add(BUNDLE);
    ContentStore.Entry labels = store.add(LABELS);

    assertThat(bundle.digest()).isEqualTo(ModelBundle.open(BUNDLE).digest());
    assertThat(store.bundle(bundle.digest()).map(ModelBundle::open).map(ModelBundle::digest))
        .contains(bundle.digest());
    assertThat(store.labelSet(labels.digest())).contains(LabelSetYaml.load(LABELS));
    assertThat(store.entries()).containsExactly(bundle, labels);
  }

  @Test
  void a_label_set_that_was_published_comes_back_equal() {
    LabelSet odd =
        LabelSets.digested(
            new LabelSet(
                "odd",
                "two\nlines \u00e9 \ud83d\ude00",
                "",
                List.of("a photo of {}.", "\"{}\": yes"),
                List.of(
                    new Label(
                        "no", "No: #1", "safe", Action.ALLOW, 1e-7, List.of("no", "~", "1.0")),
                    new Label("b", "null", "x-1", Action.BLOCK, null, List.of("- a"))),
                null,
                0.1,
                false));
    assertThat(store.labelSet(store.add(odd).digest())).contains(odd);
  }

  @Test
  void adding_again_changes_nothing_and_leaves_nothing_behind() throws IOException {
    ContentStore.Entry once = store.add(LABELS);
    assertThat(store.add(LABELS)).isEqualTo(once);
    try (Stream<Path> files = Files.list(once.path().getParent())) {
      assertThat(files).containsExactly(once.path());
    }
  }

  @Test
  void what_was_changed_in_the_store_is_not_believed() throws IOException {
    ContentStore.Entry labels = store.add(LABELS);
    String text = Files.readString(labels.path());
    String changed = text.replaceFirst("threshold: [0-9.]+", "threshold: 0.75");
    assertThat(changed).isNotEqualTo(text);
    Files.writeString(labels.path(), changed);
    assertThatThrownBy(() -> store.labelSet(labels.digest()))
        .isInstanceOf(AuditException.class)
        .hasMessageContaining("expected " + labels.digest());
  }

  @Test
  void what_is_no_digest_reaches_no_file() {
    store.add(LABELS);
    assertThat(store.bundle("../label-sets")).isEmpty();
    assertThat(store.labelSet("../../etc/passwd")).isEmpty();
    assertThat(store.calibration("../x@0123456789ab")).isEmpty();
    assertThat(store.calibration("no stamp")).isEmpty();
  }

  @Test
  void nothing_is_refused_in_a_line() {
    assertThatThrownBy(() -> store.add(folder.resolve("none")))
        .isInstanceOf(AuditException.class)
        .hasMessageContaining("seen nothing there, expected a bundle folder");
  }
}
