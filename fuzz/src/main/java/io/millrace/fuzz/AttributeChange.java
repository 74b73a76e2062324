package io.millrace.fuzz;

import io.millrace.api.telemetry.AttributeKey;
import io.millrace.api.telemetry.EditableAttributes;
import io.millrace.api.telemetry.Value;
import io.opentelemetry.proto.common.v1.AnyValue;
import java.util.List;
import java.util.Map;

/** Puts, removes or renames an attribute here and in the counterpart. */
final class AttributeChange {
  private AttributeChange() {}

  /** Answers whether anything may have changed. */
  static boolean apply(Program program, EditableAttributes actual, Mirror.Attributed expected) {
    String key = program.key();
    return switch (program.choice(6)) {
      case 0 -> {
        Value value = value(program, 2);
        actual.put(key, value);
        expected.put(key, Reread.value(value));
        yield true;
      }
      case 1 -> {
        Value value = value(program, 1);
        actual.put(AttributeKey.of(key), value);
        expected.put(key, Reread.value(value));
        yield true;
      }
      case 2 -> {
        boolean found = program.truth() ? actual.remove(key) : actual.remove(AttributeKey.of(key));
        Check.same("found to remove", found, expected.remove(key));
        yield found;
      }
      case 3 -> {
        String to = program.key();
        boolean found = actual.rename(key, to);
        Check.same("found to rename", found, expected.rename(key, to));
        yield found && !key.equals(to);
      }
      case 4 -> {
        actual.clear();
        expected.clear();
        yield true;
      }
      default -> {
        String to = program.key();
        Value value = actual.get(key);
        AnyValue other = expected.get(key);
        Check.same("found", value == null, other == null);
        if (value == null || other == null) {
          yield false;
        }
        actual.put(to, value);
        expected.put(to, other);
        yield true;
      }
    };
  }

  private static Value value(Program program, int depth) {
    return switch (program.choice(depth == 0 ? 6 : 8)) {
      case 0 -> Value.EMPTY;
      case 1 -> Value.of(program.text());
      case 2 -> Value.of(program.number());
      case 3 -> Value.of(program.fraction());
      case 4 -> Value.of(program.truth());
      case 5 -> Value.of(new byte[program.choice(200)]);
      case 6 -> Value.ofList(List.of(value(program, depth - 1), value(program, depth - 1)));
      default -> {
        Value inner = value(program, depth - 1);
        // An entry without a value and one with an empty value read the same.
        yield Value.ofMap(
            Map.of(program.key(), inner.equals(Value.EMPTY) ? Value.of(true) : inner));
      }
    };
  }
}
