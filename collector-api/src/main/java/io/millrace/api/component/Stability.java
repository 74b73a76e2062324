package io.millrace.api.component;

/** How much a user may rely on a component, in the Collector's terms. */
public enum Stability {
  DEVELOPMENT,
  ALPHA,
  BETA,
  STABLE
}
