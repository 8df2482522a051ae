package io.clipure.stream.app.chaos;

/** What the harness does to the service from outside. Device faults are in the events instead. */
enum Fault {
  /** {@code kill -9} of an instance, which is started again. */
  KILL,
  /** SIGTERM to an instance, which is started again. */
  TERMINATE,
  /** One more instance joins. */
  JOIN,
  /** An instance gets SIGTERM and stays away. */
  LEAVE,
  /** SIGSTOP for less than the session timeout. */
  FREEZE_BRIEFLY,
  /** SIGSTOP for longer than the session timeout: others take over, then the process wakes up. */
  FREEZE_PAST_SESSION,
  /** SIGSTOP for longer than the transaction timeout: it wakes up with a fenced producer. */
  FREEZE_PAST_TRANSACTION,
  /** The registry refuses connections while an instance is killed and starts again. */
  REGISTRY_GONE,
  /** The registry answers 503 while an instance is killed and starts again. */
  REGISTRY_FAILING,
  /** A broker is stopped without handing over its partitions, and started again later. */
  BROKER_RESTART,
  /** Every partition, those of the coordinators too, gets another leader. */
  LEADER_CHANGE
}
