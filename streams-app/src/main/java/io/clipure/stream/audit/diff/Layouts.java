package io.clipure.stream.audit.diff;

import io.clipure.schemas.LabelScore;
import io.clipure.stream.audit.AuditException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Every label layout seen, once, under a number that is cheap to write beside each verdict. A run
 * sees one or a few. Not thread-safe.
 */
final class Layouts {
  /** More label sets than anybody publishes in one run; each is held in memory. */
  private static final int MOST = 10_000;

  private final List<Layout> all = new ArrayList<>();
  private final Map<Layout, Integer> numbers = new HashMap<>();

  /** Verdicts come in long stretches under one label set. */
  private int last = -1;

  /**
   * The number of a verdict's layout.
   *
   * @throws AuditException if there are too many different ones
   */
  int number(List<LabelScore> scores) {
    if (last >= 0 && matches(all.get(last), scores)) {
      return last;
    }
    Layout layout = Layout.of(scores);
    Integer known = numbers.get(layout);
    if (known == null) {
      if (all.size() == MOST) {
        throw new AuditException(
            "the records hold more than "
                + MOST
                + " different lists of labels and thresholds; expected those of a few label sets,"
                + " compare a shorter range");
      }
      known = all.size();
      all.add(layout);
      numbers.put(layout, known);
    }
    last = known;
    return known;
  }

  Layout get(int number) {
    return all.get(number);
  }

  private static boolean matches(Layout layout, List<LabelScore> scores) {
    List<Layout.Label> labels = layout.labels();
    if (labels.size() != scores.size()) {
      return false;
    }
    for (int i = 0; i < labels.size(); i++) {
      Layout.Label label = labels.get(i);
      LabelScore score = scores.get(i);
      if (!label.id().equals(score.getLabel())
          || !label.group().equals(score.getGroup())
          || !Objects.equals(label.threshold(), score.getThreshold())) {
        return false;
      }
    }
    return true;
  }
}
