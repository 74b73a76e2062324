package io.millrace.receiver.filelog.operator;

/** Names a record's scope after a field. Immutable. */
record ScopeNameParser(Field from) implements Step {

  static ScopeNameParser of(Options options) {
    return new ScopeNameParser(options.requiredField("parse_from"));
  }

  @Override
  public void apply(Entry entry) throws OperatorException {
    Object value = from.get(entry);
    if (!(value instanceof String) && !(value instanceof Text)) {
      throw new OperatorException(from + " is " + Values.typeOf(value) + ", no scope's name");
    }
    entry.scopeName(value.toString());
  }
}
