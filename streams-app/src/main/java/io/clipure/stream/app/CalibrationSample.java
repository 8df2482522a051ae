package io.clipure.stream.app;

import io.clipure.stream.clip.ImageEmbeddings;
import io.clipure.stream.policy.Judge;
import io.clipure.stream.policy.ScoreModel;
import io.clipure.stream.policy.calibration.LabelLogits;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Images that a calibration is made from. */
sealed interface CalibrationSample {
  /** Where they came from, for people. */
  String source();

  /** How many there are. */
  int size();

  /** What was left out, by reason. */
  SortedMap<String, Integer> skipped();

  /** What a judge says of each, in a fixed order. */
  List<CalibrationFigures> figures(Judge judge);

  /**
   * Images that were encoded here and can be judged as often as needed.
   *
   * @param names file or event id of each
   * @param embeddings its embeddings, in the same order
   */
  record Encoded(
      String source,
      List<String> names,
      List<ImageEmbeddings> embeddings,
      SortedMap<String, Integer> skipped)
      implements CalibrationSample {
    @Override
    public int size() {
      return names.size();
    }

    @Override
    public List<CalibrationFigures> figures(Judge judge) {
      List<CalibrationFigures> figures = new ArrayList<>(size());
      for (int i = 0; i < size(); i++) {
        figures.add(CalibrationFigures.of(names.get(i), judge.judge(embeddings.get(i))));
      }
      return figures;
    }

    /** Some of the images before softmax. */
    LabelLogits logits(ScoreModel model, List<Integer> which) {
      return new LabelLogits(
          which.stream()
              .map(i -> LabelLogits.cosines(model, embeddings.get(i)))
              .toArray(double[][]::new),
          model.labelOf(),
          model.logitScale(),
          model.labels().size());
    }
  }

  /** Verdicts that were made elsewhere: they stay as they are, whoever judges. */
  record Recorded(String source, List<CalibrationFigures> all, SortedMap<String, Integer> skipped)
      implements CalibrationSample {
    @Override
    public int size() {
      return all.size();
    }

    @Override
    public List<CalibrationFigures> figures(Judge judge) {
      return all;
    }
  }

  /** Counts what is left out. */
  final class Skipped {
    private final SortedMap<String, Integer> counts = new TreeMap<>();

    void add(String reason) {
      counts.merge(reason, 1, Integer::sum);
    }

    SortedMap<String, Integer> counts() {
      return counts;
    }
  }
}
