package io.millrace.exporter.otlphttp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.ExportOutcome;
import io.millrace.toolkit.http.HttpReply;
import io.millrace.toolkit.otlp.RpcStatus;
import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpOutcomesTest {

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 502, 503, 504})
  void triesAgainWhatTheSpecificationCallsRetryable(int status) {
    assertThat(outcome(status, Map.of(), new byte[0]))
        .isEqualTo(new ExportOutcome.Retry("HTTP " + status, null));
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 407})
  void triesAgainWhatSomebodyWillPutRight(int status) {
    assertThat(outcome(status, Map.of(), new byte[0]))
        .isEqualTo(new ExportOutcome.Retry("HTTP " + status, null));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 405, 409, 410, 415, 422, 500, 501, 505})
  void triesNothingElseAgain(int status) {
    assertThat(outcome(status, Map.of(), new byte[0]))
        .isEqualTo(new ExportOutcome.Rejected("HTTP " + status));
  }

  @Test
  void seesThatABatchIsTooLarge() {
    assertThat(outcome(413, Map.of(), new byte[0]))
        .isEqualTo(new ExportOutcome.TooLarge("HTTP 413"));
  }

  @Test
  void honoursTheServersWishOnlyWhereItMeansOne() {
    Map<String, String> wish = Map.of("Retry-After", "9");

    assertThat(outcome(429, wish, new byte[0]))
        .isEqualTo(new ExportOutcome.Retry("HTTP 429", Duration.ofSeconds(9)));
    assertThat(outcome(503, wish, new byte[0]))
        .isEqualTo(new ExportOutcome.Retry("HTTP 503", Duration.ofSeconds(9)));
    assertThat(outcome(502, wish, new byte[0]))
        .isEqualTo(new ExportOutcome.Retry("HTTP 502", null));
  }

  @Test
  void followsNoRedirection() {
    assertThat(outcome(301, Map.of("Location", "https://b/"), new byte[0]))
        .isEqualTo(new ExportOutcome.Retry("HTTP 301 to https://b/, which is not followed", null));
  }

  @Test
  void quotesTheServer() {
    RpcStatus status = new RpcStatus(3, "bad time", null);

    assertThat(outcome(400, Map.of("Content-Type", "application/x-protobuf"), status.toProtobuf()))
        .isEqualTo(new ExportOutcome.Rejected("HTTP 400: bad time"));
    assertThat(outcome(400, Map.of("Content-Type", "application/json"), status.toJson()))
        .isEqualTo(new ExportOutcome.Rejected("HTTP 400: bad time"));
    assertThat(outcome(400, Map.of("Content-Type", "text/plain"), " no way \n".getBytes(UTF_8)))
        .isEqualTo(new ExportOutcome.Rejected("HTTP 400: no way"));
    assertThat(outcome(400, Map.of("Content-Type", "text/html"), "<html>".getBytes(UTF_8)))
        .isEqualTo(new ExportOutcome.Rejected("HTTP 400"));
    assertThat(outcome(400, Map.of("Content-Type", "application/json"), "{".getBytes(UTF_8)))
        .isEqualTo(new ExportOutcome.Rejected("HTTP 400"));
  }

  private static ExportOutcome outcome(int status, Map<String, String> headers, byte[] body) {
    Map<String, List<String>> lists = new HashMap<>();
    headers.forEach((name, value) -> lists.put(name, List.of(value)));
    HttpReply reply = new HttpReply(status, HttpHeaders.of(lists, (a, b) -> true), body);
    return HttpOutcomes.of(reply, Clock.systemUTC());
  }
}
