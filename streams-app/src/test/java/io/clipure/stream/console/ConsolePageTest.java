package io.clipure.stream.console;

import static io.clipure.stream.console.Browser.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** The page in a real browser, with verdicts made by hand, hostile ones among them. */
class ConsolePageTest {
  private static final String SCRIPT =
      "<img src=x onerror=\"window.hacked=1\"><script>window.hacked=1</script>";
  private static final String TURNED = "invoice\u202egpj.exe\u0000";

  private static Browser browser;
  private Rig rig;

  @BeforeAll
  static void open() {
    browser = Browser.open();
  }

  @AfterAll
  static void quit() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void start() throws IOException {
    rig = new Rig(0, 200);
    browser.size(1360, 900, 1, false);
    browser.prefer("light");
    browser.get(rig.address());
    until("Live", () -> browser.text("#status-text").equals("Live"));
  }

  @AfterEach
  void stop() {
    browser.get("about:blank");
    rig.close();
  }

  private static void until(String what, java.util.concurrent.Callable<Boolean> condition) {
    await(what).atMost(PATIENCE).ignoreExceptions().until(condition);
  }

  private static void rows(int count) {
    until(count + " rows", () -> browser.all(".row").size() == count);
  }

  private static List<String> ids() {
    return browser.all(".row .id").stream().map(id -> id.getAttribute("title")).toList();
  }

  @Test
  void it_shows_verdicts_as_they_come_the_newest_first_and_complains_of_nothing() {
    rig.tell(Verdicts.allowed("first"));
    rows(1);
    rig.tell(Verdicts.blocked("second"));
    rows(2);
    assertThat(ids()).containsExactly("second", "first");
    assertThat(browser.text(".row")).contains("Block", "pistol", "0.900");
    until("the sum", () -> browser.text("#labelled").equals("2"));
    assertThat(browser.text("[data-flow=inFlight]")).contains("3");
    assertThat(browser.text("[data-flow=lag]")).contains("12");
    assertThat(browser.text("#mix")).contains("things");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void a_flagged_image_says_why_in_the_list_and_by_how_much_in_the_detail() {
    rig.tell(Verdicts.suspected("attack.png", "kitten", "view-tv-mean 0.7000 is far above 0.5000"));
    rows(1);
    assertThat(browser.text(".row")).contains("Suspected attack", "view-tv-mean 0.7000 is far");
    browser.one(".row .open").click();
    until(
        "detail",
        () -> browser.text("#detail-body").contains("0.200 above the threshold of 0.500"));
    assertThat(browser.text("#detail-body"))
        .contains("kitten scored 0.900, 0.400 above its threshold of 0.5")
        .contains("shift(+1,-2)", "images, partition 2, offset 4711", "0.800 → 0.900 / 0.5")
        .contains("clipure-stream explain --config app.properties --event attack.png");
  }

  @Test
  void nothing_that_a_stranger_wrote_becomes_markup_or_turns_the_line_around() {
    rig.tell(
        Verdicts.suspected(SCRIPT, "\"><b id=evil>", "<svg onload=window.hacked=1>"),
        Verdicts.suspected(TURNED, "kitten", "reason"),
        Verdicts.allowed("🗡️ שלום " + "x".repeat(5_000)),
        Verdicts.dead("javascript:alert(1)", "</script><i id=evil>", SCRIPT));
    rows(4);
    for (int i = 0; i < 4; i++) {
      browser.all(".row .open").get(i).click();
      until("detail", () -> !browser.all("#detail-body .facts").isEmpty());
      assertThat(browser.all("#evil, #detail-body script, #list script, #list svg, img[src=x]"))
          .isEmpty();
      browser.escape();
    }
    assertThat(browser.run("return window.hacked")).isNull();
    assertThat(ids()).contains(SCRIPT, "invoice\\u{202e}gpj.exe\\u{0}");
    assertThat((boolean) browser.run("return document.documentElement.scrollWidth > innerWidth"))
        .isFalse();
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void a_script_that_somehow_got_in_would_not_run() {
    browser.run(
        "const s = document.createElement('div'); document.body.append(s);"
            + "try { s.innerHTML = '<img src=x onerror=\"window.hacked=1\">' } catch (e) {"
            + " window.refused = e.name }");
    assertThat(browser.run("return window.refused")).isEqualTo("TypeError");
    assertThat(browser.run("return window.hacked")).isNull();
    assertThat(browser.complaints()).isNotEmpty();
  }

  @Test
  void blocked_and_doubtful_pictures_are_veiled_until_asked_for() {
    rig.tell(Verdicts.blocked("blocked"));
    rows(1);
    until("picture", () -> natural(".row .pic img") == 5);
    assertThat(browser.one(".row .pic").getAttribute("aria-label")).contains("Show the picture");
    browser.one(".row .pic").click();
    until("shown", () -> natural(".row .pic img") == 64);
    browser.one(".row .pic").click();
    until("veiled", () -> natural(".row .pic img") == 5);
    rig.tell(Verdicts.allowed("allowed"), Verdicts.reviewed("reviewed"));
    browser.run("document.activeElement.blur()");
    rows(3);
    assertThat(browser.all(".row button.pic.veil")).hasSize(2);
    assertThat(browser.all(".row span.pic img")).hasSize(1);
  }

  private static long natural(String selector) {
    return (long) browser.run("return document.querySelector(arguments[0]).naturalWidth", selector);
  }

  @Test
  void the_keyboard_is_enough() {
    rig.tell(Verdicts.allowed("one"));
    rows(1);
    rig.tell(Verdicts.blocked("two"));
    rows(2);
    browser.press("j");
    assertThat(focusedRow()).isEqualTo("two");
    browser.press("j");
    assertThat(focusedRow()).isEqualTo("one");
    browser.press("k");
    assertThat(focusedRow()).isEqualTo("two");
    assertThat(
            (String)
                browser.run(
                    "return getComputedStyle(document.activeElement, '::after').outlineStyle"))
        .isEqualTo("solid");
    browser.press("v");
    until("unveiled", () -> natural(".row .pic img") == 64);
    browser.press(Keys.ENTER);
    until("detail", () -> browser.text("#detail-title").equals("two"));
    browser.escape();
    until("closed", () -> browser.all("dialog[open]").isEmpty());
    assertThat(focusedRow()).isEqualTo("two");
    browser.press("?");
    until("help", () -> browser.text("#keys-title").equals("Keys"));
    browser.escape();
    browser.press("/");
    browser.press("one");
    rows(1);
    assertThat(ids()).containsExactly("one");
    browser.escape();
    rows(2);
  }

  private static String focusedRow() {
    return (String)
        browser.run(
            "return document.activeElement.closest('.row')?.querySelector('.id').title ?? ''");
  }

  @Test
  void filters_show_one_kind() {
    rig.tell(
        Verdicts.allowed("a"),
        Verdicts.blocked("b"),
        Verdicts.reviewed("r"),
        Verdicts.suspected("s", "kitten", "why"),
        Verdicts.dead("d", "CORRUPT_IMAGE", "it ends early"));
    rows(5);
    browser.press("5");
    rows(1);
    assertThat(browser.text(".row")).contains("Dead letter", "CORRUPT_IMAGE", "it ends early");
    browser.one("[data-filter=review]").click();
    rows(1);
    assertThat(ids()).containsExactly("r");
    browser.one("[data-filter=flagged]").click();
    rows(1);
    assertThat(ids()).containsExactly("s");
    browser.one("[data-filter=all]").click();
    rows(5);
    until("reasons", () -> browser.text("#reasons").contains("CORRUPT_IMAGE"));
  }

  @Test
  void a_list_that_is_paused_or_read_does_not_move() {
    rig.tell(Verdicts.allowed("one"));
    rows(1);
    browser.press("p");
    rig.tell(Verdicts.allowed("two"));
    until("told of", () -> browser.text("#fresh").startsWith("1 new"));
    assertThat(ids()).containsExactly("one");
    browser.press("p");
    rows(2);
    browser.press("j");
    rig.tell(Verdicts.allowed("three"));
    until("told of", () -> browser.text("#fresh").startsWith("1 new"));
    assertThat(focusedRow()).isEqualTo("two");
    browser.one("#fresh").click();
    rows(3);
  }

  @Test
  void it_fits_a_phone_and_has_a_dark_side() {
    rig.tell(
        Verdicts.suspected("uploads/" + "a-long-name-".repeat(20), "kitten", "w".repeat(400)),
        Verdicts.allowed("a"));
    rows(2);
    browser.size(360, 740, 2, true);
    assertThat((boolean) browser.run("return document.documentElement.scrollWidth > 360"))
        .isFalse();
    browser.one(".row:last-child .open").click();
    until("detail", () -> !browser.all("#detail-body .facts").isEmpty());
    assertThat(
            (boolean)
                browser.run(
                    "const s = document.querySelector('#detail .sheet');"
                        + "return s.scrollWidth > s.clientWidth || s.getBoundingClientRect().right > 360"))
        .isFalse();
    browser.escape();
    String light = background();
    browser.prefer("dark");
    until("dark", () -> !background().equals(light));
  }

  private static String background() {
    return (String)
        browser.run("return getComputedStyle(document.documentElement).backgroundColor");
  }

  @Test
  void all_text_has_the_contrast_of_wcag_aa_by_day_and_by_night() {
    rig.tell(
        Verdicts.allowed("a"),
        Verdicts.reviewed("r"),
        Verdicts.suspected("s", "kitten", "why"),
        Verdicts.dead("d", "CORRUPT_IMAGE", "it ends early"));
    rows(4);
    for (String scheme : List.of("light", "dark")) {
      browser.prefer(scheme);
      assertThat(browser.run(CONTRAST)).as(scheme).isEqualTo(List.of());
    }
  }

  /** Texts whose colour and nearest opaque background are closer than 4.5 to 1. */
  private static final String CONTRAST =
      """
      const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
      const rgba = c => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = c;
        canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
      const light = ([r, g, b]) => { const f = v => { v /= 255;
        return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4 };
        return .2126 * f(r) + .7152 * f(g) + .0722 * f(b) };
      const behind = n => { for (; n; n = n.parentElement) {
        const c = rgba(getComputedStyle(n).backgroundColor); if (c[3] === 255) return c; } };
      const bad = [];
      for (const node of document.querySelectorAll('body *')) {
        const own = [...node.childNodes].some(c => c.nodeType === 3 && c.textContent.trim());
        if (!own || !node.checkVisibility() || node.closest('.sr, .skip, dialog, noscript')) continue;
        const style = getComputedStyle(node);
        const a = light(rgba(style.color)), b = light(behind(node));
        const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
        if (ratio < 4.5) bad.push(node.textContent + ' ' + ratio.toFixed(2));
      }
      return bad;
      """;

  @Test
  void a_service_that_starts_anew_is_found_again_and_shown_afresh() throws IOException {
    rig.tell(Verdicts.allowed("before"));
    rows(1);
    int port = rig.port();
    rig.close();
    until("lost", () -> browser.text("#status-text").equals("Reconnecting"));
    rig = new Rig(port, 200);
    rig.tell(Verdicts.blocked("after"));
    until("live", () -> browser.text("#status-text").equals("Live"));
    rows(1);
    assertThat(ids()).containsExactly("after");
    browser.one(".row .open").click();
    until("detail", () -> browser.text("#detail-body").contains("pistol scored"));
  }
}
