package io.millrace.receiver.filelog;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.pipeline.Outcome;
import io.millrace.receiver.filelog.FilelogConfig.OnTruncate;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RotationTest extends OnABench {
  @Test
  void readsARenamedFileToItsEndAndTheNewOneFromItsBeginning() throws Exception {
    bench.releaseAfter = Duration.ofSeconds(20);
    bench.write("a.log", "one\n");
    bench.start();
    bench.consumer.awaitDelivered(1);
    Files.move(bench.file("a.log"), bench.file("a.log.1"));
    bench.append("a.log.1", "two\n");
    bench.write("a.log", "three\n");
    bench.append("a.log.1", "four\n");
    bench.consumer.awaitDelivered(4);
    assertThat(bench.consumer.texts()).containsExactlyInAnyOrder("one", "two", "three", "four");
    assertThat(stream("one")).isEqualTo(stream("two")).isEqualTo(stream("four"));
    assertThat(stream("three")).isNotEqualTo(stream("one"));
  }

  @Test
  void knowsARenamedFileThatMatchesAnotherPattern() throws Exception {
    bench.config.include = List.of(directory + "/*.log", directory + "/*.log.*");
    bench.write("a.log", "one\ntwo\n");
    bench.start();
    bench.consumer.awaitDelivered(2);
    Files.move(bench.file("a.log"), bench.file("a.log.1"));
    bench.write("a.log", "three\n");
    bench.consumer.awaitDelivered(3);
    bench.restart();
    bench.append("a.log.1", "four\n");
    bench.consumer.awaitDelivered(4);
    assertThat(bench.consumer.texts()).containsExactly("one", "two", "three", "four");
    assertThat(stream("four")).isEqualTo(stream("one"));
  }

  @Test
  void letsARenamedFileGoOnceItIsQuietAndDelivered() throws Exception {
    bench.write("a.log", "one\nlast without end");
    bench.config.forceFlushPeriod = Duration.ZERO;
    bench.start();
    bench.consumer.awaitDelivered(1);
    Files.move(bench.file("a.log"), bench.file("a.old"));
    bench.consumer.awaitDelivered(2);
    assertThat(bench.consumer.texts()).containsExactly("one", "last without end");
    bench.consumer.await("closed file", () -> bench.gauge("receiver_file_open_files") == 0);
  }

  @Test
  void readsADeletedFileToItsEnd() throws Exception {
    bench.consumer.decide(parcel -> FakeConsumer.REFUSED);
    bench.write("a.log", "one\n");
    bench.start();
    bench.consumer.awaitReceived(1);
    bench.append("a.log", "two\n");
    Files.delete(bench.file("a.log"));
    bench.consumer.decide(parcel -> Outcome.DELIVERED);
    bench.consumer.awaitDelivered(2);
    assertThat(bench.consumer.texts()).containsExactly("one", "two");
    bench.consumer.await("closed file", () -> bench.gauge("receiver_file_open_files") == 0);
  }

  @Test
  void readsWhatWasRotatedWhileItWasDownThoughNoPatternMatches() throws Exception {
    bench.write("a.log", "one\n");
    bench.start();
    bench.consumer.awaitDelivered(1);
    bench.stop();
    bench.append("a.log", "two\n");
    Files.move(bench.file("a.log"), bench.file("a.log.1"));
    bench.write("a.log", "three\n");
    bench.start();
    bench.consumer.awaitDelivered(3);
    assertThat(bench.consumer.texts()).containsExactlyInAnyOrder("one", "two", "three");
    assertThat(stream("two")).isEqualTo(stream("one"));
  }

  @Test
  void beginsANewStreamWhenAFileIsTruncatedToNothing() throws Exception {
    bench.write("a.log", "one\n");
    bench.start();
    bench.consumer.awaitDelivered(1);
    truncate("a.log");
    bench.append("a.log", "two\n");
    bench.consumer.awaitDelivered(2);
    assertThat(bench.consumer.texts()).containsExactly("one", "two");
    assertThat(stream("two")).isNotEqualTo(stream("one"));
    assertThat(bench.consumer.delivered().getLast().start()).isZero();
    assertThat(bench.context.meter().count("receiver_file_truncations")).isPositive();
  }

  @Test
  void seesACopytruncateWhateverTheSizeOfWhatComesAfter() throws Exception {
    for (String after : List.of("b\n", "22222\n", "a much longer line than before\n")) {
      try (Bench each = new Bench(Files.createTempDirectory(directory, "size"))) {
        each.write("a.log", "11111\n");
        each.start();
        each.consumer.awaitDelivered(1);
        Files.copy(each.file("a.log"), each.file("a.copy"), StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(each.file("a.log"), after, StandardOpenOption.TRUNCATE_EXISTING);
        each.consumer.awaitDelivered(2);
        assertThat(each.consumer.texts()).containsExactly("11111", after.trim());
        List<Received> records = each.consumer.delivered();
        assertThat(records.get(1).start()).isZero();
        assertThat(records.get(1).stream()).isNotEqualTo(records.get(0).stream());
      }
    }
  }

  @Test
  void seesATruncationWhoseNewContentBeginsWithTheSameHeader() throws Exception {
    String header = "# header\n".repeat(200);
    bench.write("a.log", header + "one\n");
    bench.start();
    bench.consumer.awaitDelivered(201);
    Files.writeString(bench.file("a.log"), header + "two, longer than before\n");
    bench.consumer.awaitDelivered(402);
    assertThat(bench.consumer.texts().getLast()).isEqualTo("two, longer than before");
    assertThat(stream("two, longer than before")).isNotEqualTo(stream("one"));
  }

  @Test
  void seesWhileItIsDownThatAFileWasReplacedInItsPlace() throws Exception {
    bench.write("a.log", "one\ntwo\n");
    bench.start();
    bench.consumer.awaitDelivered(2);
    bench.stop();
    Files.writeString(bench.file("a.log"), "three\nfour\nfive\n");
    bench.start();
    bench.consumer.awaitDelivered(5);
    assertThat(bench.consumer.texts()).containsExactly("one", "two", "three", "four", "five");
    assertThat(stream("three")).isNotEqualTo(stream("one"));
  }

  @Test
  void seesWhileItIsDownThatAFileWasTruncated() throws Exception {
    bench.write("a.log", "one\ntwo\n");
    bench.start();
    bench.consumer.awaitDelivered(2);
    bench.stop();
    Files.writeString(bench.file("a.log"), "one\n");
    bench.start();
    bench.consumer.awaitDelivered(3);
    assertThat(bench.consumer.texts()).containsExactly("one", "two", "one");
    List<Received> records = bench.consumer.delivered();
    assertThat(records.get(2).stream()).isNotEqualTo(records.get(0).stream());
  }

  @Test
  void givesAnInodeThatIsUsedAgainANewStream() throws Exception {
    bench.write("a.log", "first file\n");
    bench.start();
    bench.consumer.awaitDelivered(1);
    bench.stop();
    FileId id = FileId.of(bench.file("a.log"));
    Files.delete(bench.file("a.log"));
    // The same inode in the storage with other content is what a reused inode looks like; a file
    // system that gives it again does the rest, else the entry is put under the new file's id.
    bench.write("a.log", "other file\n");
    FileId reused = FileId.of(bench.file("a.log"));
    byte[] state = bench.storage().entries().getOrDefault("file/" + id, new byte[0]);
    bench.storage().put(Map.of("file/" + reused, state));
    bench.start();
    bench.consumer.awaitDelivered(2);
    List<Received> records = bench.consumer.delivered();
    assertThat(records.get(1).text()).isEqualTo("other file");
    assertThat(records.get(1).start()).isZero();
    assertThat(StreamState.decode(state).generation() + 1)
        .isEqualTo(Long.parseLong(records.get(1).stream().replaceAll(".*/", "")));
  }

  @Test
  void followsALinkThatIsSetToAnotherFile() throws Exception {
    bench.write("v1.txt", "one\n");
    bench.write("v2.txt", "two\n");
    Files.createSymbolicLink(bench.file("a.log"), bench.file("v1.txt"));
    bench.start();
    bench.consumer.awaitDelivered(1);
    bench.append("v1.txt", "one more\n");
    Files.createSymbolicLink(bench.file("tmp.link"), bench.file("v2.txt"));
    Files.move(bench.file("tmp.link"), bench.file("a.log"), StandardCopyOption.ATOMIC_MOVE);
    bench.consumer.awaitDelivered(3);
    assertThat(bench.consumer.texts()).containsExactlyInAnyOrder("one", "one more", "two");
    assertThat(stream("two")).isNotEqualTo(stream("one"));
  }

  @Test
  void readsAFileThatTwoNamesReachOnce() throws Exception {
    bench.write("a.log", "one\n");
    Files.createLink(bench.file("b.log"), bench.file("a.log"));
    Files.createSymbolicLink(bench.file("c.log"), bench.file("a.log"));
    bench.start();
    bench.consumer.awaitDelivered(1);
    bench.append("b.log", "two\n");
    bench.consumer.awaitDelivered(2);
    bench.stop();
    assertThat(bench.consumer.texts()).containsExactly("one", "two");
  }

  @Test
  void keepsWhatWasReadBeforeATruncationUntilItHasArrived() throws Exception {
    bench.consumer.decide(parcel -> FakeConsumer.REFUSED);
    bench.write("a.log", "one\n");
    bench.start();
    bench.consumer.awaitReceived(1);
    Files.writeString(bench.file("a.log"), "two\n");
    bench.consumer.decide(parcel -> Outcome.DELIVERED);
    bench.consumer.awaitDelivered(2);
    assertThat(bench.consumer.texts()).containsExactly("one", "two");
  }

  @Test
  void readsOnlyWhatComesAfterATruncationWhenToldTo() throws Exception {
    bench.config.onTruncate = OnTruncate.READ_NEW;
    bench.config.fingerprintSize = 16;
    String header = "# sixteen bytes\n";
    bench.write("a.log", header + "one\n");
    bench.start();
    bench.consumer.awaitDelivered(2);
    Files.writeString(bench.file("a.log"), header);
    bench.consumer.await(
        "truncation", () -> bench.context.meter().count("receiver_file_truncations") == 1);
    bench.append("a.log", "two\n");
    bench.consumer.awaitDelivered(3);
    assertThat(bench.consumer.texts()).containsExactly(header.trim(), "one", "two");
    assertThat(bench.consumer.delivered().getLast().start()).isEqualTo(16);
  }

  @Test
  void waitsUntilATruncatedFileIsLongerAgainWhenToldTo() throws Exception {
    bench.config.onTruncate = OnTruncate.IGNORE;
    bench.config.fingerprintSize = 16;
    String header = "# sixteen bytes\n";
    bench.write("a.log", header + "one\n");
    bench.start();
    bench.consumer.awaitDelivered(2);
    Files.writeString(bench.file("a.log"), header);
    bench.consumer.await(
        "truncation", () -> bench.context.meter().count("receiver_file_truncations") == 1);
    bench.append("a.log", "two\nthree\n");
    bench.consumer.awaitDelivered(3);
    assertThat(bench.consumer.texts()).containsExactly(header.trim(), "one", "three");
    assertThat(stream("three")).isNotEqualTo(stream("one"));
  }

  private void truncate(String name) throws Exception {
    try (FileChannel channel = FileChannel.open(bench.file(name), StandardOpenOption.WRITE)) {
      channel.truncate(0);
    }
  }

  private String stream(String text) {
    return bench.consumer.delivered().stream()
        .filter(each -> each.text().equals(text))
        .map(Received::stream)
        .findFirst()
        .orElse("(none)");
  }
}
