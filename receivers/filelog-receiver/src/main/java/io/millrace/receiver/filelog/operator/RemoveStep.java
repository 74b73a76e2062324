package io.millrace.receiver.filelog.operator;

/** Removes a field, or all attributes, or the whole resource. Immutable. */
record RemoveStep(Field field) implements Step {

  static RemoveStep of(Options options) {
    return new RemoveStep(options.requiredField("field"));
  }

  @Override
  public void apply(Entry entry) throws OperatorException {
    if (!field.exists(entry)) {
      throw new OperatorException("the entry has no " + field);
    }
    field.remove(entry);
  }
}
