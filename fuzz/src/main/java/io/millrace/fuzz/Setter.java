package io.millrace.fuzz;

import com.google.protobuf.Message;
import io.millrace.api.telemetry.EditableAttributes;
import io.millrace.api.telemetry.Value;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ObjDoubleConsumer;
import java.util.function.ObjLongConsumer;

/** Sets a field of something in a session and of its counterpart. */
@FunctionalInterface
interface Setter<T> {

  /** Sets both to something that was drawn. */
  void set(Drawn drawn, T actual, Message.Builder expected);

  /** Sets one of the fields. */
  static <T> void one(
      List<Setter<T>> setters, Program program, T actual, Message.Builder expected) {
    Drawn drawn = Drawn.of(program);
    setters.get(program.choice(setters.size())).set(drawn, actual, expected);
  }

  /** Sets all the fields. */
  static <T> void all(
      List<Setter<T>> setters, Program program, T actual, Message.Builder expected) {
    Drawn drawn = Drawn.of(program);
    setters.forEach(setter -> setter.set(drawn, actual, expected));
  }

  static <T> Setter<T> number(String field, ObjLongConsumer<T> set) {
    return (drawn, actual, expected) -> {
      set.accept(actual, drawn.number());
      Mirror.set(expected, field, drawn.number());
    };
  }

  static <T> Setter<T> fraction(String field, ObjDoubleConsumer<T> set) {
    return (drawn, actual, expected) -> {
      set.accept(actual, drawn.fraction());
      Mirror.set(expected, field, drawn.fraction());
    };
  }

  static <T> Setter<T> text(String field, BiConsumer<T, String> set) {
    return (drawn, actual, expected) -> {
      String text = drawn.program().text();
      set.accept(actual, text);
      Mirror.set(expected, field, text);
    };
  }

  static <T> Setter<T> id(String field, int bytes, BiConsumer<T, String> set) {
    return (drawn, actual, expected) -> {
      String id = drawn.program().hex(bytes);
      set.accept(actual, id);
      Mirror.set(expected, field, id);
    };
  }

  static <T> Setter<T> without(String field, Consumer<T> clear) {
    return (drawn, actual, expected) -> {
      clear.accept(actual);
      Mirror.clear(expected, field);
    };
  }

  static <T> Setter<T> attribute(String field, Function<T, EditableAttributes> attributes) {
    return (drawn, actual, expected) -> {
      String key = drawn.program().key();
      Value value = Value.of(drawn.number());
      attributes.apply(actual).put(key, value);
      Mirror.Attributed.of(expected, field).put(key, Reread.value(value));
    };
  }

  /** What a setter may set, and where it finds more. */
  record Drawn(Program program, long number, double fraction) {

    static Drawn of(Program program) {
      return new Drawn(program, program.number(), program.fraction());
    }
  }
}
