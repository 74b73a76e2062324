package io.millrace.exporter.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.ExportOutcome.Partial;
import io.millrace.api.component.ExportOutcome.RejectedItem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class BulkReplyTest {

  @Test
  void acceptsAReplyWithoutErrors() throws Exception {
    assertThat(outcome("{\"errors\":false,\"items\":[{\"create\":{\"status\":201}}]}", 1))
        .isEqualTo(ExportOutcome.ACCEPTED);
  }

  @Test
  void countsAConflictAsAcceptedWhereTheIdFollowsFromTheOrigin() throws Exception {
    String reply = errors(item(201, ""), item(409, "version_conflict_engine_exception"));

    assertThat(BulkReply.read(bytes(reply), 2).outcome(i -> true, Set.of()))
        .isEqualTo(ExportOutcome.ACCEPTED);
  }

  @Test
  void rejectsAConflictOfAnIdThatAUserGave() throws Exception {
    String reply = errors(item(201, ""), item(409, "version_conflict_engine_exception"));

    assertThat(BulkReply.read(bytes(reply), 2).outcome(i -> false, Set.of()))
        .isInstanceOfSatisfying(
            Partial.class,
            partial ->
                assertThat(partial.rejected())
                    .containsExactly(
                        new RejectedItem(
                            1, "409 version_conflict_engine_exception: because", "409")));
  }

  @Test
  void tellsRejectedDocumentsFromThoseToSendAgain() throws Exception {
    String reply =
        errors(
            item(201, ""),
            item(400, "document_parsing_exception"),
            item(429, "es_rejected_execution_exception"),
            item(503, "unavailable_shards_exception"),
            item(403, "cluster_block_exception"),
            item(404, "index_not_found_exception"));

    assertThat(outcome(reply, 6))
        .isInstanceOfSatisfying(
            Partial.class,
            partial -> {
              assertThat(partial.rejected())
                  .containsExactly(
                      new RejectedItem(1, "400 document_parsing_exception: because", "400"));
              assertThat(partial.retry().stream()).containsExactly(2, 3, 4, 5);
              assertThat(partial.retryCodes()).hasSize(4);
              assertThat(partial.retryCodes())
                  .containsEntry("404", BitSet.valueOf(new long[] {0b100000}));
              assertThat(partial.retryReason()).isEqualTo("404 index_not_found_exception: because");
            });
  }

  @Test
  void sendsTheWholeBatchAgainWhereEveryDocumentMustWait() throws Exception {
    String type = "es_rejected_execution_exception";

    assertThat(outcome(errors(item(429, type), item(429, type)), 2))
        .isEqualTo(new ExportOutcome.Retry("429 " + type + ": because", null, "429"));
  }

  @Test
  void waitsForAMissingPipelineSinceThatIsNotTheDocumentsFault() throws Exception {
    String reply =
        "{\"errors\":true,\"items\":[{\"create\":{\"status\":400,\"error\":{\"type\":\"illegal_argument_exception\",\"reason\":\"pipeline"
            + " with id [x] does not exist\"}}}]}";

    assertThat(outcome(reply, 1)).isInstanceOf(ExportOutcome.Retry.class);
  }

  @Test
  void sendsAgainWhatTheConfigurationSays() throws Exception {
    String reply = errors(item(400, "some_exception"));

    assertThat(BulkReply.read(bytes(reply), 1).outcome(i -> true, Set.of(400)))
        .isInstanceOf(ExportOutcome.Retry.class);
  }

  @Test
  void namesTheCauseBehindAnError() throws Exception {
    String reply =
        "{\"took\":3,\"errors\":true,\"items\":[{\"create\":{\"status\":400,\"error\":{\"type\":"
            + "\"document_parsing_exception\",\"reason\":\"failed\\n to parse\",\"caused_by\":"
            + "{\"type\":\"illegal_argument_exception\",\"reason\":\"For input string\"}}}}]}";

    assertThat(outcome(reply, 1))
        .isInstanceOfSatisfying(
            Partial.class,
            partial ->
                assertThat(partial.rejected().getFirst().reason())
                    .isEqualTo(
                        "400 document_parsing_exception: failed to parse"
                            + " (illegal_argument_exception: For input string)"));
  }

  @Test
  void refusesAReplyAboutAnotherNumberOfDocuments() {
    assertThatThrownBy(() -> outcome(errors(item(201, "")), 2))
        .isInstanceOf(IOException.class)
        .hasMessage("a reply about 1 of 2 documents");
  }

  @Test
  void refusesWhatIsNoReply() {
    assertThatThrownBy(() -> outcome("<html>", 1)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> outcome("{}", 1)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> outcome("{\"items\":[{\"create\":3}]}", 1))
        .isInstanceOf(IOException.class);
  }

  private static String item(int status, String type) {
    String error = ",\"error\":{\"type\":\"" + type + "\",\"reason\":\"because\"}";
    return "{\"create\":{\"status\":" + status + (type.isEmpty() ? "" : error) + "}}";
  }

  private static String errors(String... items) {
    return "{\"errors\":true,\"items\":[" + String.join(",", items) + "]}";
  }

  private static ExportOutcome outcome(String reply, int count) throws IOException {
    return BulkReply.read(bytes(reply), count).outcome(i -> true, Set.of());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
