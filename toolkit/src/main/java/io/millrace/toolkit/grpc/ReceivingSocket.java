package io.millrace.toolkit.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import java.util.List;

/**
 * Listens for HTTP/2 connections that do not keep the buffers they were read into.
 *
 * <p>gRPC collects a message in slices of those buffers. Where several messages arrive at the same
 * time, each slice holds a buffer several times its size, outside the heap, where there is little
 * room. So all but the last slice of a message is copied into the heap. The window of the whole
 * connection, which gRPC refills at once and which therefore limits no memory, is made larger than
 * that of a call, which does.
 */
final class ReceivingSocket extends NioServerSocketChannel {
  private static final int CONNECTION_WINDOW_BYTES = 4 << 20;

  @Override
  protected int doReadMessages(List<Object> accepted) throws Exception {
    int before = accepted.size();
    int result = super.doReadMessages(accepted);
    for (Object connection : accepted.subList(before, accepted.size())) {
      if (connection instanceof Channel channel) {
        channel.pipeline().addLast(new Setup());
      }
    }
    return result;
  }

  /** Waits until the protocol is negotiated; changes it, and goes. */
  private static final class Setup extends ChannelInboundHandlerAdapter {
    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Http2Exception {
      Http2ConnectionHandler http2 = context.pipeline().get(Http2ConnectionHandler.class);
      if (http2 != null) {
        Http2FrameListener listener = http2.decoder().frameListener();
        http2.decoder().frameListener(new Copying(listener));
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
    Copying(Http2FrameListener listener) {
      super(listener);
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext context, int streamId, ByteBuf data, int padding, boolean endOfStream)
        throws Http2Exception {
      if (endOfStream) {
        return super.onDataRead(context, streamId, data, padding, true);
      }
      ByteBuf copy = Unpooled.wrappedBuffer(ByteBufUtil.getBytes(data));
      try {
        return super.onDataRead(context, streamId, copy, padding, false);
      } finally {
        copy.release();
      }
    }
  }
}
