package io.millrace.toolkit.grpc;

import io.millrace.toolkit.net.ByteBudget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Listens for HTTP/2 connections that do not keep the buffers they were read into.
 *
 * <p>gRPC collects a message in slices of those buffers. Where several messages arrive at the same
 * time, each slice holds a buffer several times its size, outside the heap, where there is little
 * room. So what is not the whole of a message is copied into the heap: into one array for all of it
 * where that is possible ({@link Assembly}), so that nobody has to copy it again, else each slice
 * for itself. The window of the whole connection, which gRPC refills at once and which therefore
 * limits no memory, is made larger than that of a call, which does.
 */
final class ReceivingSocket extends NioServerSocketChannel {
  private static final int CONNECTION_WINDOW_BYTES = 4 << 20;

  private final ByteBudget announced;

  /**
   * Makes a socket that is not bound.
   *
   * @param announced limits the arrays of messages that are not whole
   */
  ReceivingSocket(ByteBudget announced) {
    this.announced = announced;
  }

  @Override
  protected int doReadMessages(List<Object> accepted) throws Exception {
    int before = accepted.size();
    int result = super.doReadMessages(accepted);
    for (Object connection : accepted.subList(before, accepted.size())) {
      if (connection instanceof Channel channel) {
        channel.pipeline().addLast(new Setup(announced));
      }
    }
    return result;
  }

  /** Waits until the protocol is negotiated; changes it, and goes. */
  private static final class Setup extends ChannelInboundHandlerAdapter {
    private final ByteBudget announced;

    Setup(ByteBudget announced) {
      this.announced = announced;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Http2Exception {
      Http2ConnectionHandler http2 = context.pipeline().get(Http2ConnectionHandler.class);
      if (http2 != null) {
        Http2FrameListener listener = http2.decoder().frameListener();
        http2.decoder().frameListener(new Copying(listener, http2.connection(), announced));
        enlargeWindow(http2.connection());
        context.pipeline().remove(this);
      }
      context.fireChannelReadComplete();
    }

    private static void enlargeWindow(Http2Connection connection) throws Http2Exception {
      Http2LocalFlowController controller = connection.local().flowController();
      int more =
          CONNECTION_WINDOW_BYTES - controller.initialWindowSize(connection.connectionStream());
      if (more > 0) {
        controller.incrementWindowSize(connection.connectionStream(), more);
      }
    }
  }

  private static final class Copying extends Http2FrameListenerDecorator {
    /** Stands for a message where a call's next frames are not put together. */
    private enum Apart {
      FRAMES
    }

    private final Http2Connection connection;
    private final Http2Connection.PropertyKey key;
    private final ByteBudget announced;

    Copying(Http2FrameListener listener, Http2Connection connection, ByteBudget announced) {
      super(listener);
      this.connection = connection;
      this.key = connection.newKey();
      this.announced = announced;
      connection.addListener(
          new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
              if (stream.removeProperty(key) instanceof Assembly left) {
                left.close();
              }
            }
          });
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext context, int streamId, ByteBuf data, int padding, boolean endOfStream)
        throws Http2Exception {
      ByteBuf copy = copy(connection.stream(streamId), data, endOfStream);
      try {
        return super.onDataRead(context, streamId, copy, padding, endOfStream);
      } finally {
        copy.release();
      }
    }

    /** The content of a frame in the heap; as it is when it is the last, which is read at once. */
    private ByteBuf copy(@Nullable Http2Stream stream, ByteBuf data, boolean endOfStream) {
      Assembly message = stream == null ? null : message(stream, data, endOfStream);
      ByteBuf assembled = message == null ? null : message.add(data);
      if (assembled != null) {
        return assembled;
      }
      if (stream != null && message != null) {
        message.close();
        stream.setProperty(key, Apart.FRAMES);
      }
      return endOfStream && !data.hasArray()
          ? data.retain()
          : Unpooled.wrappedBuffer(ByteBufUtil.getBytes(data));
    }

    /** The message that a frame goes on with or begins; null when it is none to put together. */
    private @Nullable Assembly message(Http2Stream stream, ByteBuf data, boolean endOfStream) {
      Object before = stream.getProperty(key);
      if (before instanceof Apart || (before == null && endOfStream)) {
        return null;
      }
      if (before instanceof Assembly begun && !(begun.isFull() && data.isReadable())) {
        return begun;
      }
      Assembly begins = before == null ? Assembly.begin(data, announced) : null;
      stream.setProperty(key, begins == null ? Apart.FRAMES : begins);
      return begins;
    }
  }
}
