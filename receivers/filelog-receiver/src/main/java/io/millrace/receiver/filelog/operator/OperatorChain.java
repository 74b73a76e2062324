package io.millrace.receiver.filelog.operator;

import io.millrace.api.config.Problems;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Operators one after the other. Immutable and thread-safe. */
public final class OperatorChain {
  private static final String BUILT =
      "add, copy, json_parser, move, noop, regex_parser, remove, scope_name_parser,"
          + " severity_parser, time_parser";
  private static final Set<String> OF_THE_COLLECTOR =
      Set.of(
          "assign_keys",
          "container",
          "csv_parser",
          "file_output",
          "filter",
          "flatten",
          "json_array_parser",
          "key_value_parser",
          "recombine",
          "regex_replace",
          "retain",
          "router",
          "sanitize_utf8",
          "stdout",
          "syslog_parser",
          "trace_parser",
          "unquote",
          "uri_parser");

  private final List<Operator> operators;

  private OperatorChain(List<Operator> operators) {
    this.operators = List.copyOf(operators);
  }

  /**
   * Makes the chain that a configuration describes.
   *
   * @throws IllegalArgumentException when it describes none; see {@link #check}
   */
  public static OperatorChain of(List<Object> configs) {
    return parse(
        configs,
        (key, message) -> {
          throw new IllegalArgumentException(key + ": " + message);
        });
  }

  /** Reports everything that is wrong with a configuration. */
  public static void check(List<Object> configs, Problems problems) {
    parse(configs, problems);
  }

  public boolean isEmpty() {
    return operators.isEmpty();
  }

  /**
   * Sends an entry through the operators.
   *
   * @return whether it goes on; false when an operator failed that drops then
   */
  public boolean process(Entry entry) {
    for (Operator operator : operators) {
      try {
        operator.step.apply(entry);
      } catch (OperatorException e) {
        entry.failure(operator.id + ": " + e.getMessage());
        if (operator.onError.drops) {
          return false;
        }
      }
    }
    return true;
  }

  private static OperatorChain parse(List<Object> configs, Problems problems) {
    List<Operator> operators = new ArrayList<>();
    List<@Nullable String> outputs = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < configs.size(); i++) {
      String place = "operators::" + i;
      if (!(configs.get(i) instanceof Map<?, ?> map)) {
        problems.add(place, "\"" + configs.get(i) + "\" (expected: an operator with its type)");
        continue;
      }
      Options options = new Options(map, place, problems);
      String type = options.text("type", "");
      String id = options.text("id", type);
      if (options.has("id") && !ids.add(id)) {
        options.problem("id", "\"" + id + "\" stands twice (expected: one operator with it)");
      }
      OnError onError = OnError.parse(options);
      options.notSupported("if", "conditions cannot be evaluated");
      outputs.add(output(options));
      Step step = step(type, options);
      if (step != null) {
        options.finish();
        operators.add(new Operator(id, step, onError));
      }
    }
    checkOutputs(outputs, configs, problems);
    return new OperatorChain(operators);
  }

  private static @Nullable Step step(String type, Options options) {
    return switch (type) {
      case "json_parser" -> ParserStep.of(options, JsonParser.of(options));
      case "regex_parser" -> ParserStep.of(options, RegexParser.of(options));
      case "severity_parser" -> SeverityParser.of(options);
      case "time_parser" -> TimeParser.of(options);
      case "scope_name_parser" -> ScopeNameParser.of(options);
      case "move" -> new MoveStep(options.requiredField("from"), options.requiredField("to"), true);
      case "copy" ->
          new MoveStep(options.requiredField("from"), options.requiredField("to"), false);
      case "add" -> AddStep.of(options);
      case "remove" -> RemoveStep.of(options);
      case "noop" -> entry -> {};
      case "" -> {
        options.problem("type", "missing (expected: one of " + BUILT + ")");
        yield null;
      }
      default -> {
        options.problem(
            "type",
            "\""
                + type
                + (OF_THE_COLLECTOR.contains(type)
                    ? "\" is an operator of the Collector that is not supported"
                    : "\" is no operator")
                + " (expected: one of "
                + BUILT
                + ")");
        yield null;
      }
    };
  }

  private static @Nullable String output(Options options) {
    Object output = options.value("output");
    if (output instanceof List<?> list && list.size() == 1) {
      return String.valueOf(list.getFirst());
    }
    return output == null ? null : String.valueOf(output);
  }

  /** An output may name the operator that comes next anyway; there is no branching. */
  private static void checkOutputs(
      List<@Nullable String> outputs, List<Object> configs, Problems problems) {
    for (int i = 0; i < outputs.size(); i++) {
      String output = outputs.get(i);
      String next = null;
      if (i + 1 < configs.size() && configs.get(i + 1) instanceof Map<?, ?> map) {
        Object id = map.containsKey("id") ? map.get("id") : map.get("type");
        next = String.valueOf(id);
      }
      if (output != null && !output.equals(next)) {
        problems.add(
            "operators::" + i + "::output",
            "\""
                + output
                + "\" is not supported: entries go to the next operator (expected: "
                + (next == null ? "none" : next)
                + ")");
      }
    }
  }

  private record Operator(String id, Step step, OnError onError) {}

  private enum OnError {
    SEND(false),
    SEND_QUIET(false),
    DROP(true),
    DROP_QUIET(true);

    private final boolean drops;

    OnError(boolean drops) {
      this.drops = drops;
    }

    private static OnError parse(Options options) {
      String text = options.text("on_error", "send");
      for (OnError value : values()) {
        if (value.name().toLowerCase(Locale.ROOT).equals(text)) {
          return value;
        }
      }
      options.problem(
          "on_error", "\"" + text + "\" (expected: send, send_quiet, drop or drop_quiet)");
      return SEND;
    }
  }
}
