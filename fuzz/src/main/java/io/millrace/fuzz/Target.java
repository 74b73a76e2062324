package io.millrace.fuzz;

import java.util.List;

/** What can be fuzzed. */
enum Target {
  DOOR("door", DoorTarget.class),
  EDIT("edit", EditTarget.class),
  OTLP_JSON("otlp-json", OtlpJsonTarget.class),
  PROFILES("profiles", ProfilesTarget.class);

  /** Where coverage counts: the code that is put to the test, not its oracle. */
  static final List<String> INSTRUMENTED =
      List.of("io.millrace.api.telemetry.**", "io.millrace.toolkit.otlpjson.**");

  private final String id;
  private final Class<?> type;

  Target(String id, Class<?> type) {
    this.id = id;
    this.type = type;
  }

  /** The name on the command line and of the corpus. */
  String id() {
    return id;
  }

  /** The class with {@code fuzzerTestOneInput}. */
  String className() {
    return type.getName();
  }

  /** Runs one input; throws when something is wrong. */
  void run(byte[] input) {
    switch (this) {
      case DOOR -> DoorTarget.fuzzerTestOneInput(input);
      case EDIT -> EditTarget.fuzzerTestOneInput(input);
      case OTLP_JSON -> OtlpJsonTarget.fuzzerTestOneInput(input);
      case PROFILES -> ProfilesTarget.fuzzerTestOneInput(input);
    }
  }
}
