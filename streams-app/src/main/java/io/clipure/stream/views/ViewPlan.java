package io.clipure.stream.views;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which views of an image are encoded besides the image itself: some shifts that are drawn for each
 * image, and fixed transformations. Each costs one more pass of the encoder.
 *
 * <p>As text, for people and configuration: {@code none}, {@code shift:2}, {@code
 * shift:1,dct75:1,blur:1,crop4:1}. {@link #id()} also names the reach, because signals measured
 * with another reach are other signals: {@code shift:2(reach=3)}; it parses too.
 *
 * @param shifts how many shifts, all different within one image
 * @param reach largest shift along an axis, pixels; 0 if there are no shifts
 * @param fixed views that are the same for every image
 */
public record ViewPlan(int shifts, int reach, List<View> fixed) {
  /** Most extra views of one image. */
  public static final int MOST = 16;

  private static final Pattern TERM =
      Pattern.compile(
          "(shift|blur|dct(\\d{1,3})|crop(\\d{1,3})):(\\d{1,2})(\\(reach=(\\d{1,4})\\))?");
  private static final String EXPECTED =
      "none, or terms such as shift:2, dct75:1, blur:1 or crop4:1 separated by commas, "
          + MOST
          + " views at most";

  /**
   * Copies and checks.
   *
   * @throws IllegalArgumentException in one line
   */
  public ViewPlan {
    fixed = List.copyOf(fixed);
    if (shifts < 0 || shifts + fixed.size() > MOST) {
      throw new IllegalArgumentException(
          shifts + fixed.size() + " extra views, expected 0 to " + MOST);
    }
    if (fixed.stream().distinct().count() < fixed.size()) {
      throw new IllegalArgumentException(
          fixed.stream().map(View::id).toList()
              + ": a view that is the same for every image is there twice; expected it once");
    }
    int offsets = (2 * reach + 1) * (2 * reach + 1) - 1;
    if (reach < 0 || reach > 1024 || (shifts > 0 ? shifts > offsets : reach > 0)) {
      throw new IllegalArgumentException(
          shifts
              + " different shifts of up to "
              + reach
              + " pixels, of which there are "
              + offsets
              + "; expected no more shifts than that, or a larger reach");
    }
  }

  /** No extra views. */
  public static ViewPlan none() {
    return new ViewPlan(0, 0, List.of());
  }

  /**
   * Reads a plan.
   *
   * @param imageSize side of the encoder's input, pixels; gives the reach where the text does not
   * @throws IllegalArgumentException in one line if the text is no plan
   */
  public static ViewPlan parse(String text, int imageSize) {
    if (text.strip().equals("none")) {
      return none();
    }
    int shifts = 0;
    int reach = 0;
    List<View> fixed = new ArrayList<>();
    for (String term : text.split(",(?![^(]*\\))", -1)) {
      Matcher matcher = TERM.matcher(term.strip());
      if (!matcher.matches()) {
        throw wrong(text);
      }
      int count = Integer.parseInt(matcher.group(4));
      boolean shift = matcher.group(1).equals("shift");
      if ((!shift && matcher.group(5) != null) || (shift && shifts > 0)) {
        throw wrong(text);
      }
      if (shift) {
        shifts = count;
        String given = matcher.group(6);
        reach = count == 0 ? 0 : given == null ? reachFor(imageSize) : Integer.parseInt(given);
      } else {
        for (int i = 0; i < count; i++) {
          fixed.add(view(matcher));
        }
      }
    }
    if (reach >= imageSize) {
      throw new IllegalArgumentException(
          "a reach of " + reach + " pixels, expected less than the image's " + imageSize);
    }
    return new ViewPlan(shifts, reach, fixed);
  }

  /**
   * The reach of shifts for an encoder's input: 3 of 64 pixels, at least 1 and at most 6. A vision
   * transformer sees the same patches again after a shift by a whole patch, so the reach has to
   * stay below half a patch; patches of the usual models have 14 pixels or more at 224, and the
   * demo's have 8 at 64.
   */
  public static int reachFor(int imageSize) {
    return Math.max(1, Math.min(6, (imageSize * 3 + 32) / 64));
  }

  private static View view(Matcher term) {
    if (term.group(2) != null) {
      return new DctQuantisation(Integer.parseInt(term.group(2)));
    }
    return term.group(3) == null ? new Blur() : new Crop(Integer.parseInt(term.group(3)));
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException("\"" + text + "\" is no view plan; expected " + EXPECTED);
  }

  /** Extra views of one image. */
  public int extraViews() {
    return shifts + fixed.size();
  }

  /** Stands for the plan in provenance and calibrations; {@link #parse} reads it. */
  public String id() {
    List<String> terms = new ArrayList<>();
    if (shifts > 0) {
      terms.add("shift:" + shifts + "(reach=" + reach + ")");
    }
    for (View view : fixed) {
      terms.add(view.id().replace("(", "").replace(")", "") + ":1");
    }
    return terms.isEmpty() ? "none" : terms.stream().collect(Collectors.joining(","));
  }
}
