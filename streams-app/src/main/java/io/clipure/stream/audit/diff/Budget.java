package io.clipure.stream.audit.diff;

import io.clipure.stream.audit.AuditException;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A condition on which a comparison fails: METRIC, an operator and a number, with % for a share.
 *
 * @param text as it was written
 * @param metric what is looked at
 * @param operator how it is compared
 * @param limit a count, or per cent
 * @param percent whether it is per cent
 * @param upper whether the upper end of the share's 95 % interval is compared, not the share
 */
public record Budget(
    String text,
    Metric metric,
    Operator operator,
    BigDecimal limit,
    boolean percent,
    boolean upper) {
  private static final Pattern FORM =
      Pattern.compile("\\s*([a-z-]+)\\s*(>=|<=|>|<)\\s*(\\d{1,15}(?:\\.\\d{1,15})?)\\s*(%?)\\s*");

  /** How a value is compared with the limit. */
  public enum Operator {
    OVER(">"),
    AT_LEAST(">="),
    UNDER("<"),
    AT_MOST("<=");

    private final String sign;

    Operator(String sign) {
      this.sign = sign;
    }

    static Operator of(String sign) {
      for (Operator operator : values()) {
        if (operator.sign.equals(sign)) {
          return operator;
        }
      }
      throw new IllegalArgumentException(sign);
    }

    boolean holds(int comparison) {
      return switch (this) {
        case OVER -> comparison > 0;
        case AT_LEAST -> comparison >= 0;
        case UNDER -> comparison < 0;
        case AT_MOST -> comparison <= 0;
      };
    }
  }

  /**
   * Reads a budget, for example {@code block-lost > 0.1%}.
   *
   * @param upper see {@link #upper}
   * @throws AuditException if it is none
   */
  public static Budget parse(String text, boolean upper) {
    Matcher form = FORM.matcher(text);
    String shown = text.length() > 80 ? text.substring(0, 80) + "..." : text;
    shown = shown.replaceAll("\\p{Cntrl}", "?");
    if (!form.matches()) {
      throw new AuditException(
          "budget '%s' is not understood: expected METRIC > NUMBER or NUMBER%%, for example"
                  .formatted(shown)
              + " \"block-lost > 0.1%\"; operators: > >= < <=; metrics: "
              + Metric.all());
    }
    Metric metric =
        Metric.find(form.group(1))
            .orElseThrow(
                () ->
                    new AuditException(
                        "budget: there is no metric '%s'; there are: %s"
                            .formatted(form.group(1), Metric.all())));
    boolean percent = !form.group(4).isEmpty();
    BigDecimal limit = new BigDecimal(form.group(3));
    if (percent && metric.countOnly()) {
      throw new AuditException(
          "budget '%s': %s is a count, not a share; leave the %% out"
              .formatted(shown, metric.key()));
    }
    if (upper && !percent) {
      throw new AuditException(
          "budget '%s': a count has no interval; give a share, for example \"block-lost > 0.5%%\""
              .formatted(shown));
    }
    if (percent && limit.compareTo(BigDecimal.valueOf(100)) > 0) {
      throw new AuditException(
          "budget '%s': no share is more than 100%%; give a smaller one".formatted(shown));
    }
    return new Budget(text.strip(), metric, Operator.of(form.group(2)), limit, percent, upper);
  }

  /**
   * What became of a budget.
   *
   * @param budget as it was written
   * @param broken whether its condition holds, or nothing could be compared
   * @param value what was measured
   * @param sentence one line for people
   */
  public record Answer(String budget, boolean broken, Rate value, String sentence) {}

  /** Holds the report against it. A share of nothing breaks it: nothing was shown. */
  public Answer answer(DiffReport report) {
    Rate value = metric.of(report);
    if (percent && value.of() == 0) {
      return new Answer(text, true, value, text + ": broken, there is nothing to compare");
    }
    BigDecimal measured =
        !percent
            ? BigDecimal.valueOf(value.hits())
            : upper
                ? BigDecimal.valueOf(100 * value.upper())
                // Exact: 1 of 1,000 is not over 0.1 %.
                : BigDecimal.valueOf(100 * value.hits())
                    .divide(BigDecimal.valueOf(value.of()), java.math.MathContext.DECIMAL64);
    boolean broken = operator.holds(compare(value, measured));
    return new Answer(text, broken, value, sentence(value, measured, broken));
  }

  private int compare(Rate value, BigDecimal measured) {
    return percent && !upper
        ? BigDecimal.valueOf(value.hits())
            .scaleByPowerOfTen(2)
            .compareTo(limit.multiply(BigDecimal.valueOf(value.of())))
        : measured.compareTo(limit);
  }

  private String sentence(Rate value, BigDecimal measured, boolean broken) {
    String seen =
        percent
            ? (upper ? "up to " : "")
                + Words.percent(measured.doubleValue() / 100)
                + " (%s of %s%s)"
                    .formatted(
                        Words.count(value.hits()),
                        Words.count(value.of()),
                        upper ? ", upper end of the 95 % interval" : "")
            : Words.count(value.hits());
    BigDecimal distance = measured.subtract(limit).abs();
    String by =
        distance.signum() == 0
            ? ""
            : " by "
                + (percent
                    ? String.format(Locale.ROOT, "%.3g points", distance.doubleValue())
                    : Words.count(distance.longValue()));
    return text + ": " + seen + (broken ? ", broken" : ", kept") + by;
  }
}
