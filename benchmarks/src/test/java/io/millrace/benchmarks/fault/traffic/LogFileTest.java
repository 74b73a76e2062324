package io.millrace.benchmarks.fault.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.benchmarks.fault.ledger.Obligations;
import io.millrace.benchmarks.fault.ledger.Piece;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
  @TempDir private Path directory;
  private final Obligations obligations = new Obligations();
  private LogFile file;

  @BeforeEach
  void open() throws IOException {
    file =
        new LogFile(
            directory.resolve("f.log"), directory.resolve("copies"), "f", obligations, false);
  }

  @AfterEach
  void close() throws IOException {
    file.close();
  }

  @Test
  void owesEveryPieceThatStandsInIt() throws Exception {
    file.write(50);
    file.writeInTwo(true, Duration.ZERO);
    file.writeInTwo(false, Duration.ZERO);

    assertThat(piecesIn("f.log"))
        .hasSizeGreaterThan(52)
        .extracting(Piece::number)
        .doesNotHaveDuplicates()
        .hasSize(obligations.owedBy("f").cardinality());
    assertThat(obligations.happenedBySecond())
        .extractingByKey("f", InstanceOfAssertFactories.map(Long.class, Long.class))
        .satisfies(
            seconds ->
                assertThat(seconds.values().stream().mapToLong(i -> i).sum())
                    .isEqualTo(obligations.owed()));
  }

  @Test
  void beginsEveryRecordAtTheStartOfALine() throws Exception {
    file.write(200);

    assertThat(Files.readAllLines(directory.resolve("f.log")))
        .allMatch(line -> line.startsWith("{") || line.startsWith("\t{"))
        .filteredOn(line -> line.startsWith("{"))
        .hasSize(200);
  }

  @Test
  void keepsWhatItHadWhenItIsRenamed() throws Exception {
    file.write(3);
    String renamed = file.rename();
    file.write(4);

    assertThat(piecesIn(renamed).size() + piecesIn("f.log").size()).isEqualTo(obligations.owed());
  }

  @Test
  void isNotTruncatedBeforeAllOfItIsDelivered() throws Exception {
    file.write(3);

    assertThat(file.copyAndTruncate(source -> false)).isFalse();
    assertThat(file.truncateAndOutgrow(source -> false)).isFalse();
    assertThat(file.reuseInode(source -> false, task -> task.run())).startsWith("not done");

    assertThat(piecesIn("f.log")).hasSize((int) obligations.owed());
  }

  @Test
  void isCopiedAwayBeforeItIsTruncated() throws Exception {
    file.write(3);
    long before = obligations.owed();

    assertThat(file.copyAndTruncate(source -> true)).isTrue();
    file.write(1);

    assertThat(piecesIn("copies/f.log.1")).hasSize((int) before);
    assertThat(piecesIn("f.log")).hasSize((int) (obligations.owed() - before));
  }

  @Test
  void isLongerThanBeforeWhenItIsReplacedInPlace() throws Exception {
    file.write(60);
    long size = Files.size(directory.resolve("f.log"));
    Object inode = Files.getAttribute(directory.resolve("f.log"), "unix:ino");

    assertThat(file.truncateAndOutgrow(source -> true)).isTrue();

    assertThat(Files.size(directory.resolve("f.log"))).isGreaterThanOrEqualTo(size);
    assertThat(Files.getAttribute(directory.resolve("f.log"), "unix:ino")).isEqualTo(inode);
    assertThat(piecesIn("f.log").getFirst().number()).isPositive();
  }

  @Test
  void isMadeAgainWhileNobodyReadsIt() throws Exception {
    file.write(3);
    boolean[] down = new boolean[1];

    String what =
        file.reuseInode(
            source -> true,
            task -> {
              down[0] = true;
              task.run();
            });

    assertThat(what).contains("inode");
    assertThat(down[0]).isTrue();
    assertThat(piecesIn("f.log").getFirst().number())
        .isEqualTo(obligations.owedBy("f").length() - piecesIn("f.log").size());
  }

  private List<Piece> piecesIn(String name) throws IOException {
    return Piece.parse(Files.readString(directory.resolve(name))).orElseThrow();
  }
}
