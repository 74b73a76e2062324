package io.millrace.receiver.filelog;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of a running receiver share. */
class OnABench {
  @TempDir Path directory;
  Bench bench = new Bench(Path.of(""));

  @BeforeEach
  void setUp() {
    bench = new Bench(directory);
  }

  @AfterEach
  void tearDown() throws Exception {
    bench.close();
  }
}
