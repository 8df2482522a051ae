package io.clipure.stream.audit.plan;

import io.clipure.stream.audit.range.TopicRange;
import java.time.Instant;
import java.util.Locale;

/**
 * One audit: fixed before it starts, so that it can be resumed and shared.
 *
 * @param id letters, digits and hyphens; part of the application id
 * @param kind what is done
 * @param createdAt when it was planned
 * @param source what is read
 * @param outputs where it writes
 * @param candidate what decides
 */
public record AuditPlan(
    String id,
    Kind kind,
    Instant createdAt,
    TopicRange source,
    OutputTopics outputs,
    Candidate candidate) {

  /** What an audit does. */
  public enum Kind {
    /** Classifies images anew. */
    REPLAY,
    /** Judges the embeddings in results anew. */
    RESCORE;

    /** Lower-case name: that of the command. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The consumer group and prefix of transactional ids, shared by all instances. */
  public String applicationId() {
    return applicationId(kind, id);
  }

  /** The application id of a plan to be. */
  public static String applicationId(Kind kind, String id) {
    return "clipure-" + kind.key() + "-" + id;
  }
}
