package io.clipure.stream.audit.review;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Precision and recall of classes (labels, or decisions) in all verdicts, from the few that people
 * reviewed.
 *
 * <p>Verdicts are divided into cells: stratum × class said. How many verdicts a cell has is
 * counted, not estimated; what share of them is right is estimated from its reviewed ones, weighted
 * by 1 / inclusion probability; then cells are added up (post-stratification). Recall also needs
 * the images of a class that were called something else: their share among all other verdicts of
 * each stratum. Shares of all classes together are estimated by stratum alone, where classes with
 * few reviews would only add noise.
 *
 * <p>Intervals are the 2.5 and 97.5 % quantiles of {@value #DRAWS} simulations with a fixed seed,
 * in each of which every share is drawn from its posterior (Jeffreys' prior). A cell of which
 * nobody reviewed anything may have any share, and widens the interval accordingly: a recall cannot
 * be claimed by not looking. Within a cell, the reviewed stand for the unreviewed.
 *
 * <p><b>Threading</b>: one thread. Memory: some figures a class and stratum, and the reviews.
 */
public final class ReviewEstimator {
  static final int DRAWS = 2000;
  private static final long SEED = 20_261_126;

  private final Map<String, Map<Stratum, Cell>> said = new TreeMap<>();
  private final Map<Stratum, Cell> strata = new EnumMap<>(Stratum.class);
  private final Map<Stratum, List<Review>> reviews = new EnumMap<>(Stratum.class);

  private static final class Cell {
    private final ReviewedShare right = new ReviewedShare();
    private long verdicts;
  }

  private record Review(String said, Set<String> truth, double probability) {}

  private record Ratio(double part, double whole) {}

  /**
   * One class.
   *
   * @param name label or decision
   * @param verdicts verdicts that say so
   * @param reviewed how many of them were reviewed
   * @param truly how many reviewed images are truly of it
   * @param precision share of verdicts saying so that are right
   * @param recall share of images of this class whose verdicts say so
   */
  public record Quality(
      String name, long verdicts, int reviewed, int truly, Estimate precision, Estimate recall) {}

  /** Counts a verdict, reviewed or not. */
  public void verdict(Stratum stratum, String name) {
    cell(name, stratum).verdicts++;
    stratum(stratum).verdicts++;
  }

  /**
   * Counts the review of a verdict, which is counted besides.
   *
   * @param name what the verdict says
   * @param truth what is true; a verdict is right if it says any of it
   * @param probability chance of the verdict to be exported for review
   */
  public void review(Stratum stratum, String name, Set<String> truth, double probability) {
    cell(name, stratum).right.add(probability, truth.contains(name));
    stratum(stratum).right.add(probability, truth.contains(name));
    reviews
        .computeIfAbsent(stratum, key -> new ArrayList<>())
        .add(new Review(name, Set.copyOf(truth), probability));
  }

  /** Reviews counted. */
  public int reviewed() {
    return reviews.values().stream().mapToInt(List::size).sum();
  }

  /** Verdicts of a stratum. */
  public long verdicts(Stratum stratum) {
    return stratum(stratum).verdicts;
  }

  /** Reviews of a stratum. */
  public int reviewed(Stratum stratum) {
    return stratum(stratum).right.reviewed();
  }

  /** Share of all verdicts that are right. */
  public Estimate agreement() {
    return estimate(share -> right(strata.values(), share));
  }

  /** Share of the verdicts of a stratum that are wrong. */
  public Estimate errors(Stratum stratum) {
    return estimate(
        share -> {
          Ratio right = right(List.of(stratum(stratum)), share);
          return new Ratio(right.whole() - right.part(), right.whole());
        });
  }

  /** Every class that a verdict says or a reviewer saw, by name. */
  public List<Quality> classes() {
    Set<String> names = new TreeSet<>(said.keySet());
    reviews.values().forEach(list -> list.forEach(review -> names.addAll(review.truth())));
    return names.stream().map(this::quality).toList();
  }

  private Quality quality(String name) {
    Collection<Cell> cells = said.getOrDefault(name, Map.of()).values();
    Map<Stratum, ReviewedShare> elsewhere = elsewhere(name);
    long truly =
        reviews.values().stream()
            .flatMap(List::stream)
            .filter(review -> review.truth().contains(name))
            .count();
    Estimate recall =
        estimate(
            share -> {
              double found = right(cells, share).part();
              return new Ratio(found, found + missed(name, elsewhere, share));
            });
    return new Quality(
        name,
        cells.stream().mapToLong(cell -> cell.verdicts).sum(),
        cells.stream().mapToInt(cell -> cell.right.reviewed()).sum(),
        (int) truly,
        estimate(share -> right(cells, share)),
        recall);
  }

  /** By stratum, among reviewed verdicts that say something else: how many are of this class. */
  private Map<Stratum, ReviewedShare> elsewhere(String name) {
    Map<Stratum, ReviewedShare> shares = new EnumMap<>(Stratum.class);
    for (Stratum stratum : Stratum.values()) {
      ReviewedShare share = new ReviewedShare();
      for (Review review : reviews.getOrDefault(stratum, List.of())) {
        if (!review.said().equals(name)) {
          share.add(review.probability(), review.truth().contains(name));
        }
      }
      shares.put(stratum, share);
    }
    return shares;
  }

  private double missed(
      String name, Map<Stratum, ReviewedShare> elsewhere, ToDoubleFunction<ReviewedShare> shareOf) {
    double sum = 0;
    for (Stratum stratum : Stratum.values()) {
      Cell own = said.getOrDefault(name, Map.of()).get(stratum);
      long others = stratum(stratum).verdicts - (own == null ? 0 : own.verdicts);
      double share = others == 0 ? 0 : shareOf.applyAsDouble(elsewhere.get(stratum));
      sum += Double.isNaN(share) ? 0 : others * share;
    }
    return sum;
  }

  /** Right verdicts of cells, and all of theirs; cells of which no share is known are left out. */
  private static Ratio right(Collection<Cell> cells, ToDoubleFunction<ReviewedShare> shareOf) {
    double part = 0;
    double whole = 0;
    for (Cell cell : cells) {
      double share = cell.verdicts == 0 ? Double.NaN : shareOf.applyAsDouble(cell.right);
      if (!Double.isNaN(share)) {
        part += cell.verdicts * share;
        whole += cell.verdicts;
      }
    }
    return new Ratio(part, whole);
  }

  /** The ratio as reviewed, and the spread of the ratios that may lie behind it. */
  private static Estimate estimate(Function<ToDoubleFunction<ReviewedShare>, Ratio> ratio) {
    Ratio seen = ratio.apply(ReviewedShare::value);
    if (!(seen.whole() > 0)) {
      return new Estimate(OptionalDouble.empty(), 0, 1);
    }
    double value = seen.part() / seen.whole();
    Random random = new Random(SEED);
    double[] draws = new double[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      Ratio drawn = ratio.apply(share -> share.draw(random));
      draws[i] = drawn.whole() > 0 ? drawn.part() / drawn.whole() : 0;
    }
    Arrays.sort(draws);
    // A share of none or all is not outside its own interval.
    return new Estimate(
        OptionalDouble.of(value),
        Math.min(value, draws[(int) (0.025 * DRAWS)]),
        Math.max(value, draws[(int) (0.975 * DRAWS) - 1]));
  }

  private Cell stratum(Stratum stratum) {
    return strata.computeIfAbsent(stratum, key -> new Cell());
  }

  private Cell cell(String name, Stratum stratum) {
    return said.computeIfAbsent(name, key -> new EnumMap<>(Stratum.class))
        .computeIfAbsent(stratum, key -> new Cell());
  }
}
