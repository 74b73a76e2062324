package io.millrace.api.telemetry;

/** Placeholder. */
public final class Origins {}
