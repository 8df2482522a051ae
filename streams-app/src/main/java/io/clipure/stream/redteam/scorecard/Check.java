package io.clipure.stream.redteam.scorecard;

import java.util.Locale;

/**
 * One question of the checklist: can the attacks be believed?
 *
 * @param id short name
 * @param question what was asked
 * @param answer whether it is as it should be
 * @param seen the figures
 * @param meaning what follows from it, in plain words
 */
public record Check(String id, String question, Answer answer, String seen, String meaning) {
  /** Outcomes. */
  public enum Answer {
    /** As it should be. */
    PASS,
    /** A warning sign: the attack may be too weak, and the figures too good. */
    WARN,
    /** This plan does not have what the question needs. */
    NOT_RUN,
    /** Neither good nor bad: it explains other figures. */
    NOTE
  }

  /** A share for people. */
  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
