package io.clipure.stream.app.chaos;

import java.util.List;

/**
 * The account of one scenario.
 *
 * @param published events acknowledged by the broker
 * @param labelled events with a committed verdict
 * @param deadLettered events with a committed dead letter
 * @param lost events with neither, and flagged verdicts whose copy is missing
 * @param duplicated committed results beyond one an event, and copies beyond one
 * @param outOfOrder see {@link OrderJudge}
 * @param wrong other findings, one line each: altered bytes, a result in the wrong topic, a verdict
 *     that differs from that of the same image elsewhere, a record nobody sent
 */
record Tally(
    int published,
    int labelled,
    int deadLettered,
    int lost,
    int duplicated,
    int outOfOrder,
    List<String> wrong) {}
