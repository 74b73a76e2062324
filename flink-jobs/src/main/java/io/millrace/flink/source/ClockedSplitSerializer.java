package io.millrace.flink.source;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplitSerializer;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Writes splits with their clocks: version of Kafka's part, its length, its bytes, newest, floor.
 * Splits without a clock get one that has seen nothing.
 */
final class ClockedSplitSerializer implements SimpleVersionedSerializer<KafkaPartitionSplit> {

  private static final int VERSION = 1;

  private final KafkaPartitionSplitSerializer plain = new KafkaPartitionSplitSerializer();

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(KafkaPartitionSplit split) throws IOException {
    byte[] position = plain.serialize(split);
    boolean clocked = split instanceof ClockedSplit;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(position.length + 24);
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(plain.getVersion());
    out.writeInt(position.length);
    out.write(position);
    out.writeLong(clocked ? ((ClockedSplit) split).newest() : Long.MIN_VALUE);
    out.writeLong(clocked ? ((ClockedSplit) split).floor() : Long.MIN_VALUE);
    return bytes.toByteArray();
  }

  @Override
  public KafkaPartitionSplit deserialize(int version, byte[] serialized) throws IOException {
    if (version != VERSION) {
      throw new IOException("Version of a split: " + version + " (expected: " + VERSION + ")");
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(serialized));
    int plainVersion = in.readInt();
    byte[] position = new byte[in.readInt()];
    in.readFully(position);
    return ClockedSplit.of(plain.deserialize(plainVersion, position), in.readLong(), in.readLong());
  }
}
