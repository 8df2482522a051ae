package io.clipure.stream.app;

import io.clipure.stream.policy.Label;
import io.clipure.stream.policy.LabelSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The images of a sample whose true label is known and in the label set.
 *
 * @param images their positions in the sample
 * @param labels the true label of each, a position in the label set
 * @param strangers names in the truth that the label set does not have
 */
record KnownLabels(List<Integer> images, int[] labels, SortedSet<String> strangers) {

  static KnownLabels of(List<CalibrationFigures> sample, CalibrationTruth truth, LabelSet set) {
    Map<String, Integer> positions = new HashMap<>();
    for (Label label : set.labels()) {
      positions.put(label.id(), positions.size());
    }
    List<Integer> images = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    SortedSet<String> strangers = new TreeSet<>();
    for (int i = 0; i < sample.size(); i++) {
      Optional<String> label = truth.of(sample.get(i).name());
      if (label.isPresent() && positions.containsKey(label.get())) {
        images.add(i);
        labels.add(positions.get(label.get()));
      } else {
        label.ifPresent(strangers::add);
      }
    }
    return new KnownLabels(
        images, labels.stream().mapToInt(Integer::intValue).toArray(), strangers);
  }

  boolean isEmpty() {
    return images.isEmpty();
  }

  int size() {
    return images.size();
  }

  /** The known images of a list over the sample. */
  <T> List<T> select(List<T> sample) {
    return images.stream().map(sample::get).toList();
  }
}
