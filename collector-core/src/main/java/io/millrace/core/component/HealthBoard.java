package io.millrace.core.component;

import io.millrace.api.component.AgentHealth;
import io.millrace.api.component.Health;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everybody's health. Thread-safe. An instance has one health for each aspect (whether it runs,
 * what it reports, whether its deliveries arrive); what is shown is the worst of them, and of all
 * instances with the same name.
 */
public final class HealthBoard implements AgentHealth {

  /** Who speaks about the health of an instance. */
  public enum Aspect {
    LIFE,
    REPORT,
    DELIVERY,
    /** Whether what can never be delivered is put aside. */
    DEAD_LETTERS,
    /** Whether its queue takes telemetry. */
    QUEUE,
    /** Whether its log takes telemetry. */
    LOG,
    /** Whether what its log holds is delivered. */
    FEED
  }

  private final Clock clock;
  private final Map<Identity, Map<Aspect, Health>> instances = new LinkedHashMap<>();
  private final Map<String, Health> parts = new LinkedHashMap<>();
  private boolean started;
  private Instant upSince = Instant.MAX;

  public HealthBoard(Clock clock) {
    this.clock = clock;
  }

  /** Puts an instance on the board, not yet running. In start order. */
  synchronized void register(Identity identity) {
    Map<Aspect, Health> aspects = new LinkedHashMap<>();
    aspects.put(Aspect.LIFE, new Health.Failed("not started yet"));
    instances.put(identity, aspects);
  }

  /** Notes the health of one aspect of an instance. */
  public synchronized void report(Identity identity, Aspect aspect, Health health) {
    Map<Aspect, Health> aspects = instances.get(identity);
    if (aspects != null) {
      aspects.put(aspect, health);
      noteReadiness();
    }
  }

  /** Notes the health of a part of the agent that is no component; it never keeps it from ready. */
  public synchronized void report(String part, Health health) {
    parts.put(part, health);
  }

  /** The agent has gone through its start once; from now on it can be ready. */
  public synchronized void started() {
    started = true;
    noteReadiness();
  }

  /** The agent stops. */
  public synchronized void stopped() {
    started = false;
  }

  @Override
  public synchronized Instant upSince() {
    return upSince;
  }

  @Override
  public synchronized boolean ready() {
    return started && instances.values().stream().allMatch(HealthBoard::lives);
  }

  @Override
  public synchronized Map<String, Health> components() {
    Map<String, Health> shown = new LinkedHashMap<>();
    instances.forEach(
        (identity, aspects) -> {
          List<Health> all = new ArrayList<>(aspects.values());
          Health other = shown.get(identity.name());
          if (other != null) {
            all.add(0, other);
          }
          shown.put(identity.name(), worst(all));
        });
    shown.putAll(parts);
    return Collections.unmodifiableMap(shown);
  }

  private void noteReadiness() {
    if (upSince.equals(Instant.MAX) && ready()) {
      upSince = clock.instant();
    }
  }

  private static boolean lives(Map<Aspect, Health> aspects) {
    return aspects.get(Aspect.LIFE) instanceof Health.Ok;
  }

  private static Health worst(List<Health> all) {
    Health worst = Health.OK;
    for (Health health : all) {
      if (rank(health) > rank(worst)) {
        worst = health;
      }
    }
    return worst;
  }

  private static int rank(Health health) {
    return switch (health) {
      case Health.Ok ok -> 0;
      case Health.Degraded degraded -> 1;
      case Health.Failed failed -> 2;
    };
  }
}
