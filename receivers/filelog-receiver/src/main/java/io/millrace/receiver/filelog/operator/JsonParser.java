package io.millrace.receiver.filelog.operator;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes a JSON object apart. Numbers are doubles unless whole ones are asked for. Jackson says what
 * JSON is; {@link QuickJson} takes plain texts off it. Thread-safe.
 */
final class JsonParser implements ParserStep.Format {
  private static final JsonFactory FACTORY =
      // Canonical names would be kept for ever, and log files bring endless new ones.
      JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();

  private final boolean wholeNumbers;
  private final NameCache names = new NameCache();

  private JsonParser(boolean wholeNumbers) {
    this.wholeNumbers = wholeNumbers;
  }

  static JsonParser of(Options options) {
    return new JsonParser(options.truth("parse_ints", false));
  }

  @Override
  public void parse(@Nullable Object value, Entry entry, Field to) throws OperatorException {
    if (!(value instanceof String) && !(value instanceof Text)) {
      throw new OperatorException(Values.typeOf(value) + " is no JSON");
    }
    Text text = Values.asText(value);
    Members quick = text == null ? null : QuickJson.read(text, wholeNumbers, names);
    to.set(entry, quick == null ? read(value.toString()) : quick);
  }

  /** What Jackson reads. */
  Map<String, Object> read(String text) throws OperatorException {
    try (com.fasterxml.jackson.core.JsonParser json = FACTORY.createParser(text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new OperatorException("the text is no JSON object");
      }
      Map<String, Object> map = object(json);
      if (json.nextToken() != null) {
        throw new OperatorException("something stands behind the JSON object");
      }
      return map;
    } catch (IOException e) {
      throw new OperatorException("the text is no JSON: " + firstLine(e));
    }
  }

  private Map<String, Object> object(com.fasterxml.jackson.core.JsonParser json)
      throws IOException {
    Map<String, Object> map = new Members();
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      Values.put(map, name, value(json, json.nextToken()));
    }
    return map;
  }

  private @Nullable Object value(com.fasterxml.jackson.core.JsonParser json, JsonToken token)
      throws IOException {
    return switch (token) {
      case START_OBJECT -> object(json);
      case START_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        for (JsonToken next = json.nextToken();
            next != JsonToken.END_ARRAY;
            next = json.nextToken()) {
          list.add(value(json, next));
        }
        yield list;
      }
      case VALUE_STRING -> json.getText();
      case VALUE_NUMBER_INT -> whole(json);
      case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
          throw new IOException("unexpected " + token);
    };
  }

  private Object whole(com.fasterxml.jackson.core.JsonParser json) throws IOException {
    boolean fits =
        json.getNumberType() != com.fasterxml.jackson.core.JsonParser.NumberType.BIG_INTEGER;
    if (wholeNumbers && fits) {
      return json.getLongValue();
    }
    return json.getDoubleValue();
  }

  private static String firstLine(IOException e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
