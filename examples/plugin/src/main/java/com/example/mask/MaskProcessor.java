package com.example.mask;

import io.millrace.api.component.Meter;
import io.millrace.api.component.SimpleProcessor;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.EditableLogRecord;
import io.millrace.api.telemetry.Value;
import io.millrace.api.telemetry.ValueType;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Masks parts of log bodies that are text. Thread-safe. */
final class MaskProcessor implements SimpleProcessor {
  private final Pattern pattern;
  private final String replacement;
  private final Meter.Counter changed;

  MaskProcessor(MaskConfig config, Meter.Counter changed) {
    this.pattern = Pattern.compile(config.pattern());
    this.replacement = config.replacement();
    this.changed = changed;
  }

  /** Only records that match are encoded anew; the others stay the bytes they came as. */
  @Override
  public Batch process(Batch batch, RequestContext context) {
    return batch.edit(
        session ->
            session.forEachItem(
                (group, scope, item) -> {
                  if (item instanceof EditableLogRecord record) {
                    mask(record);
                  }
                }));
  }

  private void mask(EditableLogRecord record) {
    Value body = record.view().body();
    if (body.type() != ValueType.STRING) {
      return;
    }
    Matcher matcher = pattern.matcher(body.stringValue());
    if (matcher.find()) {
      record.body(Value.of(matcher.replaceAll(replacement)));
      changed.add(1);
    }
  }
}
