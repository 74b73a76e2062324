package io.millrace.receiver.filelog.operator;

/** Moves or copies a field. Immutable. */
record MoveStep(Field from, Field to, boolean removes) implements Step {

  @Override
  public void apply(Entry entry) throws OperatorException {
    if (!from.exists(entry)) {
      throw new OperatorException("the entry has no " + from);
    }
    Object value = removes ? from.remove(entry) : Values.copy(from.get(entry));
    to.set(entry, value);
  }
}
