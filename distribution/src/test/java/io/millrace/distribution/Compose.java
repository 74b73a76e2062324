package io.millrace.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The project's {@code docker-compose.yml}. Immutable. */
record Compose(Map<String, Service> services, List<String> volumes) {
  /** The project's root. */
  static final Path ROOT = Path.of(System.getProperty("millrace.root", "..")).toAbsolutePath();

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{[A-Z_]+:-([^}]*)}");

  /**
   * A service.
   *
   * @param image empty when it has none
   * @param dependsOn service to condition
   * @param healthCheck the command; empty when there is none
   */
  record Service(
      String image,
      List<String> command,
      Map<String, String> environment,
      List<String> ports,
      List<String> volumes,
      Map<String, String> dependsOn,
      List<String> healthCheck,
      String restart) {}

  static Compose read() throws IOException {
    String text = Files.readString(ROOT.resolve("docker-compose.yml"));
    Map<String, Object> root =
        map(
            new Load(LoadSettings.builder().setAllowDuplicateKeys(false).build())
                .loadFromString(withDefaults(text)));
    Map<String, Service> services = new LinkedHashMap<>();
    map(root.get("services")).forEach((name, value) -> services.put(name, service(map(value))));
    return new Compose(services, List.copyOf(map(root.get("volumes")).keySet()));
  }

  Service service(String name) {
    Service service = services.get(name);
    if (service == null) {
      throw new IllegalArgumentException("docker-compose.yml has no service " + name);
    }
    return service;
  }

  /** A version of the root POM. */
  static String pomProperty(String name) throws IOException {
    String pom = Files.readString(ROOT.resolve("pom.xml"));
    Matcher matcher = Pattern.compile("<" + name + ">([^<]+)</" + name + ">").matcher(pom);
    if (!matcher.find()) {
      throw new IllegalArgumentException("pom.xml has no " + name);
    }
    return matcher.group(1);
  }

  private static Service service(Map<String, Object> keys) {
    Map<String, String> dependsOn = new LinkedHashMap<>();
    map(keys.get("depends_on"))
        .forEach((name, value) -> dependsOn.put(name, text(map(value).get("condition"))));
    return new Service(
        text(keys.get("image")),
        texts(keys.get("command")),
        map(keys.get("environment")).entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, entry -> text(entry.getValue()))),
        texts(keys.get("ports")),
        texts(keys.get("volumes")),
        dependsOn,
        texts(map(keys.get("healthcheck")).get("test")),
        text(keys.get("restart")));
  }

  private static String withDefaults(String text) {
    return VARIABLE.matcher(text).replaceAll(match -> Matcher.quoteReplacement(match.group(1)));
  }

  private static Map<String, Object> map(@Nullable Object value) {
    Map<String, Object> map = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> raw) {
      raw.forEach((key, each) -> map.put(String.valueOf(key), each == null ? "" : each));
    }
    return map;
  }

  private static List<String> texts(@Nullable Object value) {
    return value instanceof List<?> list ? list.stream().map(Compose::text).toList() : List.of();
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }
}
