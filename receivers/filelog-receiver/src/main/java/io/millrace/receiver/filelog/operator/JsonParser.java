package io.millrace.receiver.filelog.operator;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes a JSON object apart. Numbers are doubles unless whole ones are asked for. Immutable. */
final class JsonParser implements ParserStep.Format {
  /** The model takes about 30 maps in each other, some of which may be around the object. */
  private static final int MAX_DEPTH = 25;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          // Canonical names would be kept for ever, and log files bring endless new ones.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CHARSET_DETECTION) // texts are UTF-8
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  private final boolean wholeNumbers;

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
    try (com.fasterxml.jackson.core.JsonParser json =
        value instanceof Text text
            ? FACTORY.createParser(text.bytes(), text.from(), text.length())
            : FACTORY.createParser(value.toString())) {
      to.set(entry, read(json));
    } catch (IOException e) {
      throw new OperatorException("the text is no JSON: " + firstLine(e));
    }
  }

  private Map<String, Object> read(com.fasterxml.jackson.core.JsonParser json)
      throws IOException, OperatorException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw new OperatorException("the text is no JSON object");
    }
    Map<String, Object> map = object(json);
    if (json.nextToken() != null) {
      throw new OperatorException("something stands behind the JSON object");
    }
    return map;
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
