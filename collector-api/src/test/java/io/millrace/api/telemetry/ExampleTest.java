package io.millrace.api.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The processor that the package's Javadoc shows. */
class ExampleTest {
  private static final AttributeKey ENVIRONMENT = AttributeKey.of("deployment.environment.name");
  private static final Value PRODUCTION = Value.of("production");

  @Test
  void doesWhatTheJavadocSays() throws Exception {
    LogsBuilder builder = Logs.builder();
    builder.record().severity(5, "DEBUG");
    builder.record().severity(9, "INFO");
    List<String> left = new ArrayList<>();
    process(builder.build())
        .forEachItem(
            (group, scope, item) ->
                left.add(((LogRecord) item).severityText() + item.attributes().get(ENVIRONMENT)));
    assertThat(left).containsExactly("INFOSTRING(production)");
    Path source = Path.of("src/main/java/io/millrace/api/telemetry/package-info.java");
    assertThat(Files.readString(source))
        .contains("public Batch process(Batch batch, RequestContext context)")
        .contains(".filter(item -> !(item instanceof LogRecord log) || log.severityNumber() >= 9)")
        .contains(".map(item -> item.attributes().put(ENVIRONMENT, PRODUCTION));");
  }

  private static Batch process(Batch batch) {
    return batch
        .filter(item -> !(item instanceof LogRecord log) || log.severityNumber() >= 9)
        .map(item -> item.attributes().put(ENVIRONMENT, PRODUCTION));
  }
}
