package io.millrace.benchmarks.transports.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import org.jspecify.annotations.Nullable;

/**
 * The unary gRPC calls of one connection. A message goes from the frames into one array, which its
 * prefix (a byte for compression, four for the length) says the size of. Lives on the connection's
 * event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails ends the connection
final class OwnCalls extends ChannelInboundHandlerAdapter {
  private static final String PATH = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
  private static final int PREFIX_BYTES = 5;
  private static final int MAX_MESSAGE_BYTES = 4 << 20;
  private static final int FIRST_WINDOW_BYTES = 65_535;

  private static final int OK = 0;
  private static final int INVALID_ARGUMENT = 3;
  private static final int RESOURCE_EXHAUSTED = 8;
  private static final int UNIMPLEMENTED = 12;

  private static final AsciiString STATUS = AsciiString.cached("grpc-status");
  private static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
  private static final AsciiString GRPC = AsciiString.cached("application/grpc");
  private static final Http2Headers HEADERS =
      ReadOnlyHttp2Headers.serverHeaders(true, AsciiString.cached("200"), CONTENT_TYPE, GRPC);
  private static final Http2Headers ALL_TAKEN =
      ReadOnlyHttp2Headers.trailers(true, STATUS, AsciiString.cached("0"));

  private final Receipt receipt;
  private final IntObjectMap<Call> calls = new IntObjectHashMap<>();

  OwnCalls(Receipt receipt) {
    this.receipt = receipt;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    switch (message) {
      case Http2HeadersFrame headers -> begin(context, headers);
      case Http2DataFrame data -> {
        try {
          add(context, data);
        } finally {
          data.release();
        }
      }
      case Http2ResetFrame reset -> calls.remove(reset.stream().id());
      case Http2SettingsFrame _ ->
          context.write(
              new DefaultHttp2WindowUpdateFrame(
                  TransportServer.CONNECTION_WINDOW_BYTES - FIRST_WINDOW_BYTES));
      default -> ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.flush();
  }

  private void begin(ChannelHandlerContext context, Http2HeadersFrame headers) {
    if (headers.isEndStream()) {
      calls.remove(headers.stream().id());
      refuse(context, headers.stream(), INVALID_ARGUMENT);
    } else if (!PATH.contentEquals(headers.headers().path())) {
      refuse(context, headers.stream(), UNIMPLEMENTED);
    } else {
      calls.put(headers.stream().id(), new Call());
    }
  }

  private void add(ChannelHandlerContext context, Http2DataFrame data) {
    Http2FrameStream stream = data.stream();
    context.write(
        new DefaultHttp2WindowUpdateFrame(data.initialFlowControlledBytes()).stream(stream));
    Call call = calls.get(stream.id());
    if (call == null) {
      return;
    }
    int failure = call.add(data.content());
    byte[] message = call.message;
    if (failure != OK) {
      calls.remove(stream.id());
      refuse(context, stream, failure);
    } else if (data.isEndStream()) {
      calls.remove(stream.id());
      if (message == null || call.missing() > 0) {
        refuse(context, stream, INVALID_ARGUMENT);
      } else {
        receipt.take(message, 0);
        answer(context, stream);
      }
    }
  }

  private static void answer(ChannelHandlerContext context, Http2FrameStream stream) {
    context.write(new DefaultHttp2HeadersFrame(HEADERS).stream(stream));
    ByteBuf empty = Unpooled.wrappedBuffer(new byte[PREFIX_BYTES]);
    context.write(new DefaultHttp2DataFrame(empty).stream(stream));
    context.write(new DefaultHttp2HeadersFrame(ALL_TAKEN, true).stream(stream));
  }

  private static void refuse(ChannelHandlerContext context, Http2FrameStream stream, int status) {
    Http2Headers headers =
        new DefaultHttp2Headers()
            .status("200")
            .set(CONTENT_TYPE, GRPC)
            .set(STATUS, Integer.toString(status));
    context.write(new DefaultHttp2HeadersFrame(headers, true).stream(stream));
  }

  /** A call whose message arrives. */
  private static final class Call {
    private final byte[] prefix = new byte[PREFIX_BYTES];
    private int length;
    private byte @Nullable [] message;

    /** Adds a part; returns a status. */
    int add(ByteBuf part) {
      while (length < PREFIX_BYTES && part.isReadable()) {
        prefix[length++] = part.readByte();
      }
      if (length < PREFIX_BYTES) {
        return OK;
      }
      byte[] whole = message;
      if (whole == null) {
        long size = Unpooled.wrappedBuffer(prefix).getUnsignedInt(1);
        if (prefix[0] != 0) {
          return UNIMPLEMENTED;
        }
        if (size > MAX_MESSAGE_BYTES) {
          return RESOURCE_EXHAUSTED;
        }
        whole = new byte[(int) size];
        message = whole;
      }
      if (part.readableBytes() > missing()) {
        return INVALID_ARGUMENT;
      }
      int more = part.readableBytes();
      part.readBytes(whole, length - PREFIX_BYTES, more);
      length += more;
      return OK;
    }

    int missing() {
      byte[] whole = message;
      return whole == null ? PREFIX_BYTES - length : PREFIX_BYTES + whole.length - length;
    }
  }
}
