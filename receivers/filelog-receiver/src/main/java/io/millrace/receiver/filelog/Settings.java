package io.millrace.receiver.filelog;

import io.millrace.receiver.filelog.FilelogConfig.MultilineConfig;
import io.millrace.receiver.filelog.FilelogConfig.OnTruncate;
import io.millrace.receiver.filelog.operator.OperatorChain;
import java.time.Duration;

/**
 * What reading a file needs of the configuration, in the form it is used. Immutable.
 *
 * @param windowBytes how much of one file may be on its way
 * @param onTruncate what to do with a file that has become shorter but begins alike
 */
record Settings(
    FilelogConfig config,
    TextEncoding encoding,
    Splitter splitter,
    OperatorChain operators,
    int fingerprintBytes,
    long windowBytes,
    Duration forceFlushPeriod,
    OnTruncate onTruncate) {
  private static final long WINDOW_BYTES = 8 << 20;

  static Settings of(FilelogConfig config) {
    TextEncoding encoding = TextEncoding.of(config.encoding());
    OnTruncate onTruncate = config.onTruncate();
    return new Settings(
        config,
        encoding,
        splitter(config, encoding),
        OperatorChain.of(config.operators()),
        (int) config.fingerprintSize().bytes(),
        WINDOW_BYTES,
        config.forceFlushPeriod(),
        onTruncate == null ? OnTruncate.READ_WHOLE_FILE : onTruncate);
  }

  /** Where the text of a record begins that was found from one index to another. */
  int trimmedStart(byte[] bytes, int from, int to) {
    return config.preserveLeadingWhitespaces() ? from : encoding.trimmedStart(bytes, from, to);
  }

  /** Where its text ends. */
  int trimmedEnd(byte[] bytes, int from, int to) {
    return config.preserveTrailingWhitespaces() ? to : encoding.trimmedEnd(bytes, from, to);
  }

  private static Splitter splitter(FilelogConfig config, TextEncoding encoding) {
    int maxBytes = (int) config.maxLogSize().bytes();
    if (encoding.raw()) {
      return new WholeSplitter(maxBytes);
    }
    Limit limit = new Limit(encoding, maxBytes, config.maxLogSizeBehavior());
    MultilineConfig multiline = config.multiline();
    return multiline == null
        ? new LineSplitter(encoding, limit)
        : new PatternSplitter(encoding, limit, multiline);
  }
}
