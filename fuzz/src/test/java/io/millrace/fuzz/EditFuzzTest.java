package io.millrace.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Signal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditFuzzTest {

  @Test
  void bearsEveryInputThatIsKept() throws IOException {
    assertThat(Replay.of(Target.EDIT)).isGreaterThan(100);
  }

  @Test
  void bearsOtherProgramsOverTheSameRequests() throws IOException {
    Random random = new Random(9);
    int runs =
        Replay.changed(
            Target.EDIT,
            (input, run) -> {
              byte[] changed = input.clone();
              int programEnd =
                  Math.min(changed.length, 2 + (changed.length > 1 ? input[1] & 0xff : 0));
              for (int i = 2; i < programEnd; i++) {
                changed[i] = (byte) random.nextInt(256);
              }
              run.accept(changed);
            });
    assertThat(runs).isGreaterThan(100);
  }

  /**
   * Programs make out of empty messages requests with every field that OTLP has, save the indexes
   * that only profiles use; each is compared when it is read in the session and afterwards.
   */
  @ParameterizedTest
  @CsvSource({
    "LOGS, 0a12, 1200",
    "TRACES, 0a1212, 5a006a00",
    "METRICS, 0a12, 12062a040a022a00"
        + "12063a040a022a00"
        + "12064a040a024200"
        + "120652040a025a00"
        + "12045a020a00"
  })
  void setsAndReadsEveryField(Signal signal, String around, String inner) {
    Set<String> every = new TreeSet<>();
    collect(Oracle.prototype(signal).getDescriptorForType(), every);
    every.removeIf(field -> field.endsWith("_strindex"));
    byte[] request = Bytes.within(around, inner);
    Random random = new Random(1);
    Set<String> reached = new TreeSet<>();
    for (int i = 0; i < 20_000 && !reached.containsAll(every); i++) {
      byte[] program = new byte[255];
      random.nextBytes(program);
      ByteBuffer input = ByteBuffer.allocate(2 + program.length + request.length);
      input.put(choice(signal)).put((byte) program.length).put(program).put(request);
      Message edited = EditTarget.edited(input.array());
      if (edited != null) {
        collect(edited, reached);
      }
    }
    assertThat(reached).containsAll(every);
  }

  /** The byte of an input that stands for a signal. */
  private static byte choice(Signal signal) {
    byte choice = 0;
    while (DoorTarget.signal(choice) != signal) {
      choice++;
    }
    return choice;
  }

  /** The fields that are set, by their full names. */
  private static void collect(Message message, Set<String> fields) {
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              fields.add(field.getFullName());
              if (field.getJavaType() == JavaType.MESSAGE) {
                List<?> messages = field.isRepeated() ? (List<?>) value : List.of(value);
                messages.forEach(inner -> collect((Message) inner, fields));
              }
            });
  }

  /** The fields there are. */
  private static void collect(Descriptor type, Set<String> fields) {
    for (FieldDescriptor field : type.getFields()) {
      if (fields.add(field.getFullName()) && field.getJavaType() == JavaType.MESSAGE) {
        collect(field.getMessageType(), fields);
      }
    }
  }

  /**
   * Requests that are nothing but what costs most for its bytes: so many of the smallest groups,
   * scopes, metrics or items, or of one in another, with an item to change at the end.
   */
  @ParameterizedTest
  @CsvSource({
    "LOGS, '', 0a00, 0a0412021200",
    "LOGS, '', 0a0412021200, ''",
    "LOGS, 0a, 1200, 12021200",
    "LOGS, 0a, 12021200, ''",
    "LOGS, 0a12, 1200, ''",
    "TRACES, 0a12, 1200, ''",
    "METRICS, '', 0a08120612042a020a00, ''",
    "METRICS, 0a, 1200, 120612042a020a00",
    "METRICS, 0a, 120612042a020a00, ''",
    "METRICS, 0a12, 1200, 12042a020a00",
    "METRICS, 0a12, 12022a00, 12042a020a00",
    "METRICS, 0a12, 12042a020a00, ''",
    "METRICS, 0a12122a, 0a00, ''",
    "METRICS, 0a12123a, 0a00, ''",
    "METRICS, 0a12124a, 0a00, ''",
    "METRICS, 0a121252, 0a00, ''",
    "METRICS, 0a12125a, 0a00, ''"
  })
  void allocatesLittleForTheSmallest(Signal signal, String around, String unit, String last)
      throws Exception {
    byte[] request = Bytes.within(around, unit.repeat(20_000) + last);
    Batch batch = Batch.read(signal, request);
    assertThat(batch.itemCount()).isPositive();
    EditTarget.stampsWithLittle(batch);
  }
}
