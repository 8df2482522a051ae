package io.clipure.stream.audit.verify;

import io.clipure.stream.purify.CosPurifier;
import io.clipure.stream.purify.GradientNorm;
import io.clipure.stream.purify.OffPurifier;
import io.clipure.stream.purify.Purifier;
import io.clipure.stream.purify.PurifierSettings;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes a purifier in closed form from the name that verdicts carry. */
public final class RecordedPurifier {
  private static final Pattern COS =
      Pattern.compile(
          "cos\\(steps=(\\d{1,5}),step-size=([0-9.E-]{1,24}),gradient-norm=([a-z]{1,16})\\)");

  private RecordedPurifier() {}

  /** The purifier of this name; empty if there is none, or none without the device. */
  public static Optional<Purifier> of(String id) {
    if (id.equals(new OffPurifier().id())) {
      return Optional.of(new OffPurifier());
    }
    Matcher matcher = COS.matcher(id);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      return Arrays.stream(GradientNorm.values())
          .filter(norm -> norm.key().equals(matcher.group(3)))
          .findFirst()
          .<Purifier>map(
              norm ->
                  new CosPurifier(
                      new PurifierSettings(
                          Integer.parseInt(matcher.group(1)),
                          Double.parseDouble(matcher.group(2)),
                          norm)))
          .filter(purifier -> purifier.id().equals(id));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
