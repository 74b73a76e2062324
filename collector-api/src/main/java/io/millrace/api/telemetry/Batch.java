package io.millrace.api.telemetry;

/** Placeholder. */
public abstract class Batch {}
