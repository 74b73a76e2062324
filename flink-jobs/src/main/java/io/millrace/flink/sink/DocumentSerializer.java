package io.millrace.flink.sink;

import io.millrace.flink.document.Document;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.flink.connector.base.sink.writer.AsyncSinkWriterStateSerializer;

/** Writes the sink's buffer: index, id, version, length and bytes of each document. */
final class DocumentSerializer extends AsyncSinkWriterStateSerializer<Document> {

  private static final int VERSION = 1;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  protected void serializeRequestToStream(Document document, DataOutputStream out)
      throws IOException {
    out.writeUTF(document.index());
    out.writeUTF(document.id());
    out.writeLong(document.version());
    out.writeInt(document.source().length);
    out.write(document.source());
  }

  @Override
  protected Document deserializeRequestFromStream(long size, DataInputStream in)
      throws IOException {
    String index = in.readUTF();
    String id = in.readUTF();
    long version = in.readLong();
    byte[] source = new byte[in.readInt()];
    in.readFully(source);
    return new Document(index, id, version, source);
  }
}
