package io.millrace.api.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataSizeTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1048576, 1048576",
    "1KiB, 1024",
    "1kb, 1000",
    "1k, 1000",
    "16mib, 16777216",
    "16MI, 16777216",
    "1.5GiB, 1610612736",
    "2 TB, 2000000000000",
    "7b, 7",
    "9007199254740993, 9007199254740993"
  })
  void readsNumbersAndUnits(String text, long bytes) {
    assertThat(DataSize.parse(text)).isEqualTo(new DataSize(bytes));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "-1", "1XB", "1 2", "1e3", "MiB", "99999999999999999999", "9999999TiB"})
  void refusesEverythingElse(String text) {
    assertThatThrownBy(() -> DataSize.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("\"" + text + "\" (expected: a number of bytes such as 1048576, 1MiB or 1MB)");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "1024, 1KiB", "1536, 1536", "1048576, 1MiB", "5368709120, 5GiB"})
  void writesWhatItReads(long bytes, String text) {
    assertThat(new DataSize(bytes)).hasToString(text);
    assertThat(DataSize.parse(text).bytes()).isEqualTo(bytes);
  }

  @Test
  void isOrderedAndNeverNegative() {
    assertThat(DataSize.ofMebibytes(1)).isGreaterThan(DataSize.ofBytes(1_000_000));
    assertThatThrownBy(() -> new DataSize(-1)).hasMessage("size: -1 (expected: 0 or more)");
    assertThatThrownBy(() -> DataSize.ofMebibytes(Long.MAX_VALUE))
        .isInstanceOf(ArithmeticException.class);
  }
}
