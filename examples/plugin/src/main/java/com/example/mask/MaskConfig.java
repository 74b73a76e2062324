package com.example.mask;

import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Required;
import io.millrace.api.config.Validated;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Configuration of the {@code mask} processor: each component of the record is a key. */
public record MaskConfig(
    @Doc("What to mask in the body: a regular expression.") @Required String pattern,
    @Doc("What stands there instead; $1 is the first group.") @Default("***") String replacement)
    implements Validated {

  @Override
  public void validate(Problems problems) {
    try {
      Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      problems.add(
          "pattern",
          "\"" + pattern + "\" (expected: a regular expression; " + e.getDescription() + ")");
    }
  }
}
