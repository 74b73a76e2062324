package io.millrace.extension.healthcheck;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.api.component.AgentHealth;
import io.millrace.api.component.Health;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * How the agent is, as one document. Immutable.
 *
 * @param healthy whether the agent is ready and no component has failed
 * @param json {@code {"status", "upSince", "uptime", "components": {"<kind>:<id>": {"status",
 *     "reason"}}}}; the first three are those of the Collector's answer
 */
record HealthReport(boolean healthy, String json) {
  private static final JsonFactory JSON = new JsonFactory();

  static HealthReport of(AgentHealth health, Instant now) {
    Map<String, Health> components = health.components();
    boolean healthy =
        health.ready()
            && components.values().stream().noneMatch(each -> each instanceof Health.Failed);
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("status", healthy ? "Server available" : "Server not available");
      if (!health.upSince().equals(Instant.MAX)) {
        json.writeStringField("upSince", health.upSince().toString());
        json.writeStringField("uptime", Duration.between(health.upSince(), now).toString());
      }
      json.writeObjectFieldStart("components");
      for (Map.Entry<String, Health> component : components.entrySet()) {
        json.writeObjectFieldStart(component.getKey());
        switch (component.getValue()) {
          case Health.Ok ok -> json.writeStringField("status", "ok");
          case Health.Degraded(String reason) -> write(json, "degraded", reason);
          case Health.Failed(String reason) -> write(json, "failed", reason);
        }
        json.writeEndObject();
      }
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return new HealthReport(healthy, text.toString());
  }

  private static void write(JsonGenerator json, String status, String reason) throws IOException {
    json.writeStringField("status", status);
    json.writeStringField("reason", reason);
  }
}
