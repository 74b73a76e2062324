package io.millrace.api.config;

/** A configuration record with rules that span keys. */
public interface Validated {

  /** Reports every broken rule; does nothing when all hold. Called once every key is bound. */
  void validate(Problems problems);
}
