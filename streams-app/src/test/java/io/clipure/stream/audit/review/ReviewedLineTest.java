package io.clipure.stream.audit.review;

import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.schemas.Decision;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReviewedLineTest {
  private static String line(String review) {
    return "{\"id\":\"a\",\"stratum\":\"random\",\"inclusionProbability\":0.01,\"review\":"
        + review
        + "}";
  }

  @Test
  void a_filled_in_line_is_read() {
    ReviewedLine.Reviewed review =
        (ReviewedLine.Reviewed)
            ReviewedLine.parse(
                line(
                    "{\"decision\":\"BLOCK\",\"labels\":[\"pistol\",\"pistol\"],"
                        + "\"reviewer\":\"anna\",\"note\":null}"));
    assertThat(review.decision()).isEqualTo(Decision.BLOCK);
    assertThat(review.labels()).isEqualTo(List.of("pistol"));
    assertThat(review.reviewer()).contains("anna");
    assertThat(review.sampling().getInclusionProbability()).isEqualTo(0.01);
    assertThat(review.verdict()).isEmpty();
  }

  @Test
  void an_empty_review_is_untouched() {
    assertThat(ReviewedLine.parse(line("{\"decision\":null,\"labels\":[],\"reviewer\":\"x\"}")))
        .isEqualTo(new ReviewedLine.Untouched());
    assertThat(ReviewedLine.parse(line("{\"decision\":\"\"}")))
        .isEqualTo(new ReviewedLine.Untouched());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          not json at all                                     | is no JSON object
          []                                                  | is no JSON object
          {"review":{"decision":"BLOCK"}}                     | id is missing or unfit; expected the event's id
          {"id":7,"review":{}}                                | id is "7", expected a text
          {"id":"a"}                                          | review is missing or unfit
          {"id":"a","id":"b","review":{}}                     | Duplicate field
          {"id":"a","review":{"decision":"NO"}}               | review.decision is "NO", expected ALLOW, REVIEW, BLOCK or null
          {"id":"a","review":{"labels":"cat"}}                | review.labels is no list
          {"id":"a","review":{"labels":["Cat!"]}}             | review.labels holds
          {"id":"a","review":{"decision":"ALLOW"}}            | stratum is missing or unfit
          {"id":"a","stratum":"random","inclusionProbability":0,"review":{"decision":"ALLOW"}} | a number above 0
          {"id":"a","stratum":"random","inclusionProbability":1,"review":{"decision":"ALLOW","reviewedAt":"today"}} | expected a time such as
          """)
  void a_wrong_line_says_what_was_seen_and_expected(String line, String expected) {
    assertThat(ReviewedLine.parse(line)).isInstanceOf(ReviewedLine.Wrong.class);
    assertThat(((ReviewedLine.Wrong) ReviewedLine.parse(line)).problem()).contains(expected);
  }
}
