package io.millrace.core.component;

import io.millrace.core.state.DeadLetterStore;
import io.millrace.core.state.StateDirectory;
import io.millrace.core.telemetry.Instruments;
import java.time.Clock;

/**
 * What the agent has once and every component's context draws on. Immutable; the parts are
 * thread-safe.
 */
public record Services(
    StateDirectory state,
    DeadLetterStore deadLetters,
    Instruments instruments,
    Extensions extensions,
    HealthBoard board,
    Clock clock) {}
