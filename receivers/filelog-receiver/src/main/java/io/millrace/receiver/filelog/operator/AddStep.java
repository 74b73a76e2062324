package io.millrace.receiver.filelog.operator;

import org.jspecify.annotations.Nullable;

/** Sets a field to a fixed value. Immutable. */
record AddStep(Field field, @Nullable Object value) implements Step {

  static AddStep of(Options options) {
    Field field = options.requiredField("field");
    if (!options.has("value")) {
      options.problem("value", "missing (expected: the value to add)");
    }
    Object value = options.value("value");
    if (value instanceof String text && text.startsWith("EXPR(")) {
      options.problem(
          "value", "\"" + text + "\" is not supported: expressions cannot be evaluated");
    }
    return new AddStep(field, value);
  }

  @Override
  public void apply(Entry entry) throws OperatorException {
    field.set(entry, Values.copy(value));
  }
}
