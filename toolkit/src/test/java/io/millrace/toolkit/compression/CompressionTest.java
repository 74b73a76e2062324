package io.millrace.toolkit.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CompressionTest {
  private static final int LIMIT = 1 << 20;

  @ParameterizedTest
  @EnumSource(
      names = {"SNAPPY", "LZ4"},
      mode = EnumSource.Mode.EXCLUDE)
  void unfoldsWhatItFolded(Compression compression) throws IOException {
    for (int size : new int[] {0, 1, 1023, 1024, 1025, 8192, 100_000, LIMIT}) {
      byte[] data = text(size);

      assertThat(compression.decompress(compress(compression, data), LIMIT)).isEqualTo(data);
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {"SNAPPY", "LZ4"},
      mode = EnumSource.Mode.EXCLUDE)
  void unfoldsToTheLimitAndNoByteMore(Compression compression) throws IOException {
    assertThat(compression.decompress(compress(compression, text(5000)), 5000)).hasSize(5000);
    assertThatThrownBy(() -> compression.decompress(compress(compression, text(5001)), 5000))
        .isInstanceOf(SizeLimitException.class)
        .hasMessageContaining("5000 bytes");
  }

  @ParameterizedTest
  @EnumSource(names = {"GZIP", "ZSTD", "ZLIB", "DEFLATE"})
  void takesNoMoreMemoryThanAllowedForABomb(Compression compression) throws IOException {
    byte[] bomb = compress(compression, new byte[64 << 20]);
    assertThat(bomb.length).isLessThan(100_000);
    AtomicLong taken = new AtomicLong();

    assertThatThrownBy(
            () ->
                compression.decompress(
                    bomb,
                    LIMIT,
                    more -> {
                      taken.addAndGet(more);
                      return true;
                    }))
        .isInstanceOf(SizeLimitException.class);
    assertThat(taken.get()).isLessThanOrEqualTo(LIMIT);
  }

  @ParameterizedTest
  @EnumSource(names = {"GZIP", "ZSTD", "ZLIB", "DEFLATE"})
  void stopsWhereThereIsNoRoom(Compression compression) throws IOException {
    byte[] data = compress(compression, text(100_000));

    assertThatThrownBy(() -> compression.decompress(data, LIMIT, more -> more < 50_000))
        .isInstanceOf(Compression.NoRoomException.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"GZIP", "ZSTD", "ZLIB", "DEFLATE"})
  void tellsDamageFromData(Compression compression) throws IOException {
    byte[] whole = compress(compression, text(10_000));
    byte[] cut = Arrays.copyOf(whole, whole.length / 2);

    assertThatThrownBy(() -> compression.decompress(cut, LIMIT)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> compression.decompress(new byte[] {1, 2, 3, 4, 5}, LIMIT))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> compression.decompress(new byte[0], LIMIT))
        .isInstanceOf(IOException.class);
  }

  @Test
  void readsBareDeflateStreamsToo() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream deflating =
        new DeflaterOutputStream(out, new Deflater(Deflater.DEFAULT_COMPRESSION, true))) {
      deflating.write(text(5000));
    }

    assertThat(Compression.DEFLATE.decompress(out.toByteArray(), LIMIT)).isEqualTo(text(5000));
  }

  @Test
  void triesHarderAtHigherLevels() throws IOException {
    for (Compression compression : new Compression[] {Compression.GZIP, Compression.ZSTD}) {
      ByteArrayOutputStream fast = new ByteArrayOutputStream();
      ByteArrayOutputStream hard = new ByteArrayOutputStream();
      try (OutputStream a = compression.compressing(fast, 1);
          OutputStream b = compression.compressing(hard, 9)) {
        a.write(log(5000));
        b.write(log(5000));
      }

      assertThat(hard.size()).as(compression.name()).isLessThan(fast.size());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "gzip,GZIP",
    "GZIP,GZIP",
    "x-gzip,GZIP",
    "zstd,ZSTD",
    "identity,NONE",
    "'',NONE",
    "' zlib ',ZLIB",
    "deflate,DEFLATE",
    "snappy,SNAPPY",
    "lz4,LZ4"
  })
  void readsHeaders(String header, Compression expected) {
    assertThat(Compression.ofHeader(header)).contains(expected);
  }

  @Test
  void knowsNoOtherHeaders() {
    assertThat(Compression.ofHeader("br")).isEmpty();
    assertThat(Compression.ofHeader("none")).isEmpty();
  }

  private static byte[] compress(Compression compression, byte[] data) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream compressing = compression.compressing(out, Compression.DEFAULT_LEVEL)) {
      compressing.write(data);
    }
    return out.toByteArray();
  }

  private static byte[] log(int lines) {
    StringBuilder text = new StringBuilder();
    Random random = new Random(7);
    for (int i = 0; i < lines; i++) {
      text.append("2026-01-01T00:00:00Z INFO request ")
          .append(random.nextInt(1000))
          .append(" of client ")
          .append(random.nextInt(50))
          .append(" took ")
          .append(random.nextInt(100_000))
          .append(" us\n");
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] text(int size) {
    byte[] bytes = new byte[size];
    Random random = new Random(7);
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) ('a' + random.nextInt(1 + i % 20));
    }
    return bytes;
  }
}
