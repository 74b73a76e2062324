package io.millrace.toolkit.http;

import io.millrace.toolkit.compression.Compression;
import io.millrace.toolkit.compression.SizeLimitException;
import io.millrace.toolkit.http.HttpService.Failure;
import io.millrace.toolkit.net.ByteBudget;
import io.millrace.toolkit.net.EventLoops;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * One connection of an {@link HttpServer}: one request after the other. Lives on its event loop;
 * only {@link HttpService#serve} and the replies to it come from elsewhere.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
final class HttpConnection extends SimpleChannelInboundHandler<HttpObject> {

  /** What all connections of a server share. */
  record Shared(
      HttpServerConfig config,
      ByteBudget budget,
      HttpService service,
      @Nullable CorsPolicy cors,
      Logger logger) {
    Shared(HttpServerConfig config, ByteBudget budget, HttpService service, Logger logger) {
      this(config, budget, service, corsOf(config), logger);
    }

    private static @Nullable CorsPolicy corsOf(HttpServerConfig config) {
      HttpServerConfig.Cors cors = config.cors();
      return cors == null || cors.allowedOrigins().isEmpty() ? null : new CorsPolicy(cors);
    }
  }

  /** Where in its request a connection is. */
  private enum State {
    HEAD,
    BODY,
    /** The answer is clear; the rest of the body is thrown away. */
    DISCARDING,
    SERVING
  }

  private static final int FIRST_BODY_BYTES = 16 * 1024;

  /** So many times what has come is taken for a body whose length was announced. */
  private static final int MAX_TRUST = 16;

  /** A refused body up to this size is read to its end, so that the connection stays usable. */
  private static final int MAX_POLITE_BYTES = 1 << 20;

  private static final String OVERLOADED = "Too many bytes are waiting.";
  private static final Duration DISCARD_TIME = Duration.ofSeconds(5);
  private static final HttpAnswer NO_CONTENT = HttpAnswer.of(204, "", new byte[0]);

  private final Shared shared;
  private State state = State.HEAD;
  private boolean keepAlive;
  private @Nullable HttpRequest request;
  private @Nullable HttpHead head;
  private Compression compression = Compression.NONE;
  private ByteBudget.@Nullable Lease lease;
  private byte[] body = new byte[0];
  private int length;

  /** As announced by the client; 0 when it did not say. */
  private long expectedLength;

  private @Nullable HttpAnswer refusal;
  private @Nullable ScheduledFuture<?> timeout;

  HttpConnection(Shared shared) {
    super(HttpObject.class);
    this.shared = shared;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    awaitRequest(context);
    context.fireChannelActive();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
    if (message.decoderResult().isFailure()) {
      keepAlive = false;
      drop();
      answer(context, shared.service.failure(head, Failure.MALFORMED, "Request is no valid HTTP."));
      return;
    }
    if (message instanceof HttpRequest next) {
      begin(context, next);
    }
    if (message instanceof HttpContent content) {
      if (state == State.BODY) {
        take(context, content.content());
      }
      if (message instanceof LastHttpContent) {
        end(context);
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    disarm();
    drop();
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    shared.logger.atDebug().setCause(cause).log("Connection broke");
    drop();
    context.close();
  }

  private void awaitRequest(ChannelHandlerContext context) {
    state = State.HEAD;
    request = null;
    head = null;
    arm(context, shared.config.idleTimeout(), context::close);
  }

  private void begin(ChannelHandlerContext context, HttpRequest next) {
    disarm();
    request = next;
    HttpHead read = HttpHead.of(next, context.channel().remoteAddress());
    head = read;
    keepAlive = HttpUtil.isKeepAlive(next) && shared.config.keepAlivesEnabled();
    arm(
        context,
        shared.config.readTimeout(),
        () -> {
          keepAlive = false;
          drop();
          answer(
              context,
              shared.service.failure(read, Failure.TOO_SLOW, "Request did not arrive in time."));
        });
    if (shared.cors != null && CorsPolicy.isPreflight(next)) {
      refuse(context, NO_CONTENT);
      return;
    }
    HttpAnswer no = shared.service.refusal(read);
    if (no != null) {
      refuse(context, no);
      return;
    }
    String encoding = read.header("content-encoding");
    Optional<Compression> known = shared.config.compression(encoding);
    if (known.isEmpty()) {
      fail(context, Failure.UNKNOWN_ENCODING, "Content-Encoding not supported: " + encoding);
      return;
    }
    compression = known.get();
    long announced = HttpUtil.getContentLength(next, 0L);
    if (announced > maxBytes()) {
      fail(context, Failure.TOO_LARGE, tooLarge());
      return;
    }
    ByteBudget.Lease mine = shared.budget.lease();
    lease = mine;
    expectedLength = announced;
    length = 0;
    int capacity = (int) Math.min(FIRST_BODY_BYTES, announced);
    if (!mine.grow(capacity)) {
      fail(context, Failure.OVERLOADED, OVERLOADED);
      return;
    }
    state = State.BODY;
    body = new byte[capacity];
    if (HttpUtil.is100ContinueExpected(next)) {
      context.writeAndFlush(
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    }
  }

  private void take(ChannelHandlerContext context, ByteBuf part) {
    int more = part.readableBytes();
    ByteBudget.Lease mine = lease;
    if (more == 0 || mine == null) {
      return;
    }
    if (more > maxBytes() - length) {
      fail(context, Failure.TOO_LARGE, tooLarge());
      return;
    }
    if (length + more > body.length) {
      int capacity = capacity(length + more);
      if (!mine.grow(capacity - body.length)) {
        fail(context, Failure.OVERLOADED, OVERLOADED);
        return;
      }
      body = Arrays.copyOf(body, capacity);
    }
    part.readBytes(body, length, more);
    length += more;
  }

  /**
   * Room for at least so many bytes, but no more than there will be: twice as much as now, or a
   * multiple where the client said how many come, of which it has sent its part.
   */
  private int capacity(int needed) {
    long most = expectedLength > 0 ? expectedLength : maxBytes();
    int factor = expectedLength > 0 ? MAX_TRUST : 2;
    return (int) Math.max(needed, Math.min(most, (long) factor * body.length));
  }

  private void end(ChannelHandlerContext context) {
    HttpAnswer no = refusal;
    if (state == State.DISCARDING) {
      disarm();
      if (no == null) {
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
      } else {
        refusal = null;
        answer(context, no);
      }
      return;
    }
    HttpHead served = head;
    ByteBudget.Lease mine = lease;
    if (state != State.BODY || served == null || mine == null) {
      return;
    }
    disarm();
    state = State.SERVING;
    lease = null;
    mine.shrink(body.length - length);
    byte[] received = length == body.length ? body : Arrays.copyOf(body, length);
    body = new byte[0];
    Received whole = new Received(served, received, compression);
    context.channel().config().setAutoRead(false);
    Once reply = new Once(context);
    Thread.ofVirtual().name("http-request").start(() -> serve(whole, mine, reply));
  }

  /** A whole request. Its body is given away once: a thread that has ended may keep its task. */
  private static final class Received {
    private final HttpHead head;
    private final Compression compression;
    private byte[] body;

    Received(HttpHead head, byte[] body, Compression compression) {
      this.head = head;
      this.body = body;
      this.compression = compression;
    }

    byte[] takeBody() {
      byte[] taken = body;
      body = new byte[0];
      return taken;
    }
  }

  /** Runs on a virtual thread. */
  private void serve(Received received, ByteBudget.Lease mine, HttpService.Reply reply) {
    HttpHead served = received.head;
    try {
      byte[] body = received.takeBody();
      byte[] content = received.compression.decompress(body, (int) maxBytes(), mine::grow);
      if (received.compression != Compression.NONE) {
        mine.shrink(body.length);
      }
      shared.service.serve(served, content, mine, reply);
      return;
    } catch (SizeLimitException e) {
      reply.send(shared.service.failure(served, Failure.TOO_LARGE, tooLarge()));
    } catch (Compression.NoRoomException e) {
      reply.send(shared.service.failure(served, Failure.OVERLOADED, OVERLOADED));
    } catch (IOException e) {
      reply.send(
          shared.service.failure(
              served, Failure.MALFORMED, "Body cannot be decompressed: " + e.getMessage()));
    } catch (RuntimeException e) {
      shared.logger.atError().setCause(e).log("Request could not be served");
      reply.send(shared.service.failure(served, Failure.BROKEN, "Internal error."));
    }
    mine.close();
  }

  private void fail(ChannelHandlerContext context, Failure failure, String message) {
    refuse(context, shared.service.failure(head, failure, message));
  }

  /**
   * Answers without the body. A small body is thrown away first; before a large one, or one that
   * the client holds back, the answer goes at once and the connection ends when the client is done,
   * since closing earlier would destroy the answer on its way.
   */
  private void refuse(ChannelHandlerContext context, HttpAnswer answer) {
    drop();
    HttpRequest refused = request;
    boolean polite =
        refused == null
            || (!HttpUtil.is100ContinueExpected(refused)
                && !HttpUtil.isTransferEncodingChunked(refused)
                && HttpUtil.getContentLength(refused, 0L) <= MAX_POLITE_BYTES);
    state = State.DISCARDING;
    if (polite) {
      refusal = answer;
      return;
    }
    keepAlive = false;
    disarm();
    arm(context, DISCARD_TIME, context::close);
    refusal = null;
    context.writeAndFlush(response(answer));
  }

  private void answer(ChannelHandlerContext context, HttpAnswer answer) {
    boolean last = !keepAlive;
    state = State.SERVING;
    context.channel().config().setAutoRead(false);
    context
        .writeAndFlush(response(answer))
        .addListener(
            written -> {
              if (last || !written.isSuccess()) {
                context.close();
              } else {
                awaitRequest(context);
                context.channel().config().setAutoRead(true);
              }
            });
  }

  private DefaultFullHttpResponse response(HttpAnswer answer) {
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(answer.status()),
            Unpooled.wrappedBuffer(answer.body()));
    shared.config.responseHeaders().forEach(response.headers()::set);
    answer.headers().forEach(response.headers()::set);
    if (!answer.contentType().isEmpty()) {
      response.headers().set(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
    }
    if (answer.status() != NO_CONTENT.status()) {
      response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
    }
    if (!keepAlive) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    HttpRequest answered = request;
    if (shared.cors != null && answered != null) {
      if (CorsPolicy.isPreflight(answered)) {
        shared.cors.allowPreflight(answered, response.headers());
      } else {
        shared.cors.allow(answered.headers().get(HttpHeaderNames.ORIGIN), response.headers());
      }
    }
    return response;
  }

  private long maxBytes() {
    return EventLoops.largestMessage(shared.config.maxRequestBodySize().bytes());
  }

  private String tooLarge() {
    return "Body is larger than " + maxBytes() + " bytes.";
  }

  private void drop() {
    ByteBudget.Lease mine = lease;
    lease = null;
    body = new byte[0];
    if (mine != null) {
      mine.close();
    }
  }

  private void arm(ChannelHandlerContext context, Duration time, Runnable action) {
    disarm();
    if (!time.isZero()) {
      timeout =
          context
              .executor()
              .schedule(
                  () -> {
                    timeout = null;
                    action.run();
                  },
                  time.toMillis(),
                  TimeUnit.MILLISECONDS);
    }
  }

  private void disarm() {
    ScheduledFuture<?> armed = timeout;
    timeout = null;
    if (armed != null) {
      armed.cancel(false);
    }
  }

  /** Sends the first of the answers it is given, on the event loop. */
  private final class Once implements HttpService.Reply {
    private final ChannelHandlerContext context;
    private final AtomicBoolean sent = new AtomicBoolean();

    Once(ChannelHandlerContext context) {
      this.context = context;
    }

    @Override
    public void send(HttpAnswer answer) {
      if (sent.compareAndSet(false, true)) {
        context.executor().execute(() -> answer(context, answer));
      }
    }
  }
}
