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
        .isEqualTo(new ExportOutcome.Retry("HTTP " + status, null, "" + status));
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 405, 407, 415})
  void triesAgainWhatSomebodyWillPutRight(int status) {
    assertThat(outcome(status, Map.of(), new byte[0]))
        .isEqualTo(new ExportOutcome.Retry("HTTP " + status, null, "" + status));
  }

  @ParameterizedTest
  @ValueSource(ints = {410, 411, 501, 505})
  void triesNothingElseAgain(int status) {
    assertThat(outcome(status, Map.of(), new byte[0]))
        .isEqualTo(new ExportOutcome.Rejected("HTTP " + status, "" + status, false));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 409, 422, 500})
  void looksForTheItemBehindWhatOneItemCanCause(int status) {
    assertThat(outcome(status, Map.of(), new byte[0]))
        .isEqualTo(new ExportOutcome.Rejected("HTTP " + status, "" + status, true));
  }

  @Test
  void seesThatABatchIsTooLarge() {
    assertThat(outcome(413, Map.of(), new byte[0]))
        .isEqualTo(new ExportOutcome.TooLarge("HTTP 413"));
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 401, 404, 429, 502, 503})
  void honoursTheServersWish(int status) {
    assertThat(outcome(status, Map.of("Retry-After", "9"), new byte[0]))
        .isInstanceOfSatisfying(
            ExportOutcome.Retry.class,
            retry -> assertThat(retry.after()).isEqualTo(Duration.ofSeconds(9)));
  }

  @Test
  void honoursTheLaterOfTwoWishes() {
    byte[] body = new RpcStatus(14, "", Duration.ofSeconds(20)).toProtobuf();
    Map<String, String> protobuf = Map.of("Content-Type", "application/x-protobuf");

    assertThat(outcome(503, protobuf, body))
        .isEqualTo(new ExportOutcome.Retry("HTTP 503", Duration.ofSeconds(20), "503"));
    Map<String, String> both = new HashMap<>(protobuf);
    both.put("Retry-After", "9");
    assertThat(outcome(503, both, body))
        .isEqualTo(new ExportOutcome.Retry("HTTP 503", Duration.ofSeconds(20), "503"));
    both.put("Retry-After", "30");
    assertThat(outcome(503, both, body))
        .isEqualTo(new ExportOutcome.Retry("HTTP 503", Duration.ofSeconds(30), "503"));
  }

  @Test
  void followsNoRedirection() {
    assertThat(outcome(301, Map.of("Location", "https://b/"), new byte[0]))
        .isEqualTo(
            new ExportOutcome.Retry("HTTP 301 to https://b/, which is not followed", null, "301"));
  }

  @Test
  void quotesTheServer() {
    RpcStatus status = new RpcStatus(3, "bad time", null);

    assertThat(outcome(400, Map.of("Content-Type", "application/x-protobuf"), status.toProtobuf()))
        .isEqualTo(new ExportOutcome.Rejected("HTTP 400: bad time", "400", true));
    assertThat(outcome(400, Map.of("Content-Type", "application/json"), status.toJson()))
        .isEqualTo(new ExportOutcome.Rejected("HTTP 400: bad time", "400", true));
    assertThat(outcome(400, Map.of("Content-Type", "text/plain"), " no way \n".getBytes(UTF_8)))
        .isEqualTo(new ExportOutcome.Rejected("HTTP 400: no way", "400", true));
    assertThat(outcome(400, Map.of("Content-Type", "text/html"), "<html>".getBytes(UTF_8)))
        .isEqualTo(new ExportOutcome.Rejected("HTTP 400", "400", true));
    assertThat(outcome(400, Map.of("Content-Type", "application/json"), "{".getBytes(UTF_8)))
        .isEqualTo(new ExportOutcome.Rejected("HTTP 400", "400", true));
  }

  private static ExportOutcome outcome(int status, Map<String, String> headers, byte[] body) {
    Map<String, List<String>> lists = new HashMap<>();
    headers.forEach((name, value) -> lists.put(name, List.of(value)));
    HttpReply reply = new HttpReply(status, HttpHeaders.of(lists, (a, b) -> true), body);
    return HttpOutcomes.of(reply, Clock.systemUTC());
  }
}
