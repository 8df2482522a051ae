package io.clipure.stream.redteam.scorecard;

import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that decides what a run measures. Two runs with the same digest measure the same thing, so
 * one may go on where the other was cut.
 *
 * @param seed of the samples, the attacks and the draws of secret views
 * @param chunk images attacked together, and the unit that is never done twice
 * @param provenance digests, ids and versions behind the figures, by name
 * @param samples digest of the chosen images with their labels, by sample
 * @param columns who judges
 * @param tasks what is done, in order
 */
public record Plan(
    long seed,
    int chunk,
    Map<String, String> provenance,
    Map<String, String> samples,
    List<Column> columns,
    List<Task> tasks) {
  /** Copies; orders what has no order, so that the digest has one. */
  public Plan {
    provenance = Collections.unmodifiableMap(new TreeMap<>(provenance));
    samples = Collections.unmodifiableMap(new TreeMap<>(samples));
    columns = List.copyOf(columns);
    tasks = List.copyOf(tasks);
    if (chunk < 1) {
      throw new IllegalArgumentException("chunk is " + chunk + ", expected at least 1 image");
    }
  }

  /** SHA-256 (hex) of the plan. */
  public String digest() {
    JsonMapper mapper =
        JsonMapper.builder()
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(mapper.writeValueAsBytes(this)));
    } catch (NoSuchAlgorithmException | com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException("a plan has no digest", e);
    }
  }

  /** The column of an id. */
  public Column column(String id) {
    return columns.stream()
        .filter(column -> column.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("the plan has no column " + id));
  }

  /** Images over all tasks. */
  public long images() {
    return tasks.stream().mapToLong(Task::images).sum();
  }
}
