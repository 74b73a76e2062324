package io.millrace.api.component;

/** When a receiver tells its senders that their telemetry has arrived. */
public enum Acknowledge {

  /**
   * Once it is in the agent's own log on disk: an outage behind the agent does not reach the
   * senders, and a crash loses nothing. The runtime appends what the receiver hands over, ends the
   * Delivery then, and delivers from the log until every exporter has it.
   */
  LOGGED,

  /** Once every exporter has it: an outage behind the agent reaches the senders. */
  DELIVERED,

  /** Once it is in memory: a crash loses it. */
  ACCEPTED
}
