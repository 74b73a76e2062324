package io.millrace.benchmarks.fault.ledger;

/** A wrong put into what the ledger reads, to show that it finds it. */
public enum Spoil {
  /** One record is removed. */
  LOST,
  /** One record stands there twice. */
  DOUBLED,
  /** One record says something else. */
  ALTERED
}
