package io.clipure.stream.policy.calibration;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Reliability diagram and expected calibration error (Naeini et al. 2015; Guo et al. 2017, section
 * 2): how far the top score is from the share of images it is right about.
 *
 * @param bins the bins that hold images, by rising confidence
 * @param error expected calibration error: |accuracy − confidence| averaged over images
 */
public record Reliability(List<Bin> bins, double error) {
  /** Bins of a diagram, as in the papers. */
  public static final int BINS = 15;

  /**
   * One bin.
   *
   * @param from lowest confidence of the bin
   * @param to highest
   * @param images images in it
   * @param confidence their mean confidence
   * @param accuracy share of them that is right
   */
  public record Bin(double from, double to, int images, double confidence, double accuracy) {}

  /** Copies. */
  public Reliability {
    bins = List.copyOf(bins);
  }

  /** Bins of equal width over 0 to 1; 1 itself falls into the last. */
  public static Reliability equalWidth(double[] confidence, boolean[] right, int bins) {
    List<List<Integer>> members = new ArrayList<>();
    for (int b = 0; b < bins; b++) {
      members.add(new ArrayList<>());
    }
    for (int i = 0; i < confidence.length; i++) {
      members.get(Math.min(bins - 1, (int) (confidence[i] * bins))).add(i);
    }
    List<Bin> result = new ArrayList<>();
    for (int b = 0; b < bins; b++) {
      if (!members.get(b).isEmpty()) {
        result.add(bin((double) b / bins, (b + 1.0) / bins, members.get(b), confidence, right));
      }
    }
    return of(result, confidence.length);
  }

  /**
   * Bins of equal size, which do not leave most of the range to a handful of images (Nixon et al.
   * 2019). Equal confidences are told apart by their order.
   */
  public static Reliability equalMass(double[] confidence, boolean[] right, int bins) {
    List<Integer> order =
        IntStream.range(0, confidence.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> confidence[i]))
            .toList();
    List<Bin> result = new ArrayList<>();
    for (int b = 0; b < bins; b++) {
      List<Integer> members =
          order.subList(
              (int) ((long) b * order.size() / bins), (int) ((b + 1L) * order.size() / bins));
      if (!members.isEmpty()) {
        double from = confidence[members.get(0)];
        double to = confidence[members.get(members.size() - 1)];
        result.add(bin(from, to, members, confidence, right));
      }
    }
    return of(result, confidence.length);
  }

  private static Bin bin(
      double from, double to, List<Integer> members, double[] confidence, boolean[] right) {
    double sum = 0;
    int hits = 0;
    for (int i : members) {
      sum += confidence[i];
      hits += right[i] ? 1 : 0;
    }
    return new Bin(from, to, members.size(), sum / members.size(), (double) hits / members.size());
  }

  private static Reliability of(List<Bin> bins, int images) {
    double error = 0;
    for (Bin bin : bins) {
      error += bin.images() * Math.abs(bin.accuracy() - bin.confidence()) / images;
    }
    return new Reliability(bins, error);
  }
}
