package io.millrace.exporter.elasticsearch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.ExportOutcome.RejectedItem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * What became of every document of a {@code _bulk} request. Immutable.
 *
 * <p>Accepted: 2xx, and 409 where the id follows from the origin, since the document is there
 * already. To be sent again: what says something about the cluster or about permissions (401, 403,
 * 404, 408, 429, 5xx, a missing ingest pipeline). Everything else is about the document, which is
 * rejected with Elasticsearch's type and reason.
 *
 * @param items in the order of the request
 */
record BulkReply(List<Item> items) {

  /** What to ask of Elasticsearch: positions must be kept, so every item is answered. */
  static final String FILTER =
      "errors,items.*.status,items.*.error.type,items.*.error.reason,"
          + "items.*.error.caused_by.type,items.*.error.caused_by.reason";

  private static final JsonFactory JSON = new JsonFactory();
  private static final int MAX_REASON_LENGTH = 1000;

  /**
   * What became of a document. Immutable.
   *
   * @param status as of HTTP
   * @param type Elasticsearch's name of the error; empty when there is none
   * @param reason its words
   */
  record Item(int status, String type, String reason) {

    String code() {
      return String.valueOf(status);
    }

    String text() {
      String text = status + " " + type + (reason.isEmpty() ? "" : ": " + reason);
      String line = text.replaceAll("\\s+", " ").trim();
      return line.length() > MAX_REASON_LENGTH
          ? line.substring(0, MAX_REASON_LENGTH) + "..."
          : line;
    }
  }

  BulkReply {
    items = List.copyOf(items);
  }

  /**
   * Reads a reply.
   *
   * @param count documents in the request
   * @throws IOException when it is no reply to that many documents
   */
  static BulkReply read(byte[] body, int count) throws IOException {
    List<Item> items = new ArrayList<>(count);
    try (JsonParser parser = JSON.createParser(body)) {
      expect(parser.nextToken() == JsonToken.START_OBJECT);
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (name.equals("items") && value == JsonToken.START_ARRAY) {
          while (parser.nextToken() == JsonToken.START_OBJECT) {
            items.add(item(parser));
          }
        } else if (name.equals("errors") && value == JsonToken.VALUE_FALSE) {
          return new BulkReply(List.of());
        } else {
          parser.skipChildren();
        }
      }
    }
    if (items.size() != count) {
      throw new IOException("a reply about " + items.size() + " of " + count + " documents");
    }
    return new BulkReply(items);
  }

  /**
   * The outcome of the whole request.
   *
   * @param originId whether the id of the item at a position follows from its origin
   * @param retried statuses to try again beside those that always are
   */
  ExportOutcome outcome(IntPredicate originId, Set<Integer> retried) {
    List<RejectedItem> rejected = new ArrayList<>();
    BitSet retry = new BitSet();
    Map<String, BitSet> codes = new HashMap<>();
    String reason = "";
    for (int i = 0; i < items.size(); i++) {
      Item item = items.get(i);
      if (accepted(item, originId.test(i))) {
        continue;
      }
      if (retriable(item, retried)) {
        retry.set(i);
        codes.computeIfAbsent(item.code(), key -> new BitSet()).set(i);
        reason = item.text();
      } else {
        rejected.add(new RejectedItem(i, item.text(), item.code()));
      }
    }
    if (rejected.isEmpty() && retry.isEmpty()) {
      return ExportOutcome.ACCEPTED;
    }
    return retry.cardinality() == items.size() && codes.size() == 1
        ? new ExportOutcome.Retry(reason, null, codes.keySet().iterator().next())
        : new ExportOutcome.Partial(rejected, retry, reason, null, codes);
  }

  private static boolean accepted(Item item, boolean originId) {
    return item.status / 100 == 2
        || (item.status == 409
            && originId
            && item.type.equals("version_conflict_engine_exception"));
  }

  private static boolean retriable(Item item, Set<Integer> retried) {
    return switch (item.status) {
      case 401, 403, 404, 408, 429 -> true;
      case 400 ->
          retried.contains(400)
              || (item.type.equals("illegal_argument_exception")
                  && item.reason.startsWith("pipeline with id ["));
      default -> item.status >= 500 || retried.contains(item.status);
    };
  }

  /** Reads {@code {"create": {"status": 201, "error": {...}}}}, the brace already taken. */
  private static Item item(JsonParser parser) throws IOException {
    int status = 0;
    String[] error = {"", ""};
    expect(parser.nextToken() == JsonToken.FIELD_NAME);
    expect(parser.nextToken() == JsonToken.START_OBJECT);
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      if (name.equals("status")) {
        status = parser.getIntValue();
      } else if (name.equals("error")) {
        error = error(parser);
      } else {
        parser.skipChildren();
      }
    }
    expect(parser.nextToken() == JsonToken.END_OBJECT);
    return new Item(status, error[0], error[1]);
  }

  private static String[] error(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      return new String[] {parser.getValueAsString(""), ""};
    }
    String type = "";
    String reason = "";
    String cause = "";
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "type" -> type = parser.getValueAsString("");
        case "reason" -> reason = parser.getValueAsString("");
        case "caused_by" -> {
          String[] inner = error(parser);
          cause = inner[0] + ": " + inner[1];
        }
        default -> parser.skipChildren();
      }
    }
    return new String[] {type, cause.isEmpty() ? reason : reason + " (" + cause + ")"};
  }

  private static void expect(boolean held) throws IOException {
    if (!held) {
      throw new IOException("a reply that is not that of _bulk");
    }
  }
}
