package io.millrace.core.fakes;

import io.millrace.api.telemetry.AttributeKey;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.LogRecord;
import io.millrace.api.telemetry.LogRecordWriter;
import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.LogsBuilder;
import io.millrace.api.telemetry.Value;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Small batches with recognisable items. */
public final class Telemetry {
  private static final AttributeKey KEY = AttributeKey.of("key");

  private Telemetry() {}

  /** Log records with these texts, whose origins are 10 bytes each of one stream. */
  public static Logs logs(String stream, long firstByte, String... texts) {
    LogsBuilder builder = Logs.builder();
    long at = firstByte;
    for (String text : texts) {
      LogRecordWriter record = builder.record();
      record.body(Value.of(text));
      record.put(KEY, "value");
      record.origin(stream, at, at + 10, 0);
      at += 10;
    }
    return builder.build();
  }

  /** Log records with these texts and no origins. */
  public static Logs logs(String... texts) {
    LogsBuilder builder = Logs.builder();
    for (String text : texts) {
      builder.record().body(Value.of(text));
    }
    return builder.build();
  }

  /** Log records {@code <prefix>0}, {@code <prefix>1} and so on. */
  public static Logs numbered(String prefix, int count) {
    String[] texts = new String[count];
    for (int i = 0; i < count; i++) {
      texts[i] = prefix + i;
    }
    return logs("test/" + prefix, 0, texts);
  }

  /** The texts of log records, in order; of profiles their bytes in hexadecimal. */
  public static List<String> texts(Batch batch) {
    if (!batch.signal().isReadable()) {
      return List.of(HexFormat.of().formatHex(batch.toBytes()));
    }
    List<String> texts = new ArrayList<>();
    batch.forEachItem((group, scope, item) -> texts.add(((LogRecord) item).body().stringValue()));
    return texts;
  }
}
