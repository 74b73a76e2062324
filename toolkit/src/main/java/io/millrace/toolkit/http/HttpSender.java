package io.millrace.toolkit.http;

import io.millrace.api.component.StartException;
import io.millrace.api.config.Secret;
import io.millrace.toolkit.compression.Compression;
import io.millrace.toolkit.net.Turnstile;
import io.millrace.toolkit.tls.TlsSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.slf4j.Logger;

/**
 * Sends requests as an {@link HttpClientConfig} says: headers, compression, TLS, proxy. Blocks, so
 * call it on virtual threads; an interrupt breaks a request off. Redirects are not followed.
 * Thread-safe.
 *
 * <p>Plain http endpoints are spoken to in HTTP/1.1, https ones in HTTP/2 where both sides can.
 */
public final class HttpSender implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);
  private static final int MIN_BUFFER_BYTES = 512;

  /** The part of the heap that contents may take which are being sent. */
  private static final int HEAP_SHARE = 8;

  private final HttpClientConfig config;
  private final HttpClient client;
  private final String userAgent;
  private final int maxReplyBytes;
  private final Turnstile sending = new Turnstile(Runtime.getRuntime().maxMemory() / HEAP_SHARE);

  private HttpSender(
      HttpClientConfig config, HttpClient client, String userAgent, int maxReplyBytes) {
    this.config = config;
    this.client = client;
    this.userAgent = userAgent;
    this.maxReplyBytes = maxReplyBytes;
  }

  /**
   * Opens a sender. Connects to nothing yet.
   *
   * @param userAgent value of {@code User-Agent} unless the configuration sets one
   * @param maxReplyBytes a longer reply breaks the request off
   * @throws StartException when a certificate or key cannot be read
   */
  public static HttpSender open(
      HttpClientConfig config, String userAgent, int maxReplyBytes, Clock clock, Logger logger)
      throws StartException {
    TlsSettings tls = TlsSettings.client(config.tls(), clock, logger);
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .sslContext(tls.context())
            .sslParameters(tls.parameters());
    if (!config.proxyUrl().isEmpty()) {
      URI proxy = URI.create(config.proxyUrl());
      int port = proxy.getPort() < 0 ? 80 : proxy.getPort();
      builder.proxy(ProxySelector.of(new InetSocketAddress(proxy.getHost(), port)));
    }
    return new HttpSender(config, builder.build(), userAgent, maxReplyBytes);
  }

  /**
   * Posts a content, compressed as configured. Waits until there is memory for its copy; what lies
   * in memory is not copied.
   *
   * @param contentType media type of the content as it is before compression
   * @param sizeHint about how many bytes the content has
   * @throws IOException when there is no complete answer; the request may have arrived all the same
   */
  public HttpReply post(URI uri, String contentType, int sizeHint, HttpBody body)
      throws IOException, InterruptedException {
    try (Turnstile.Pass _ = sending.enter(sizeHint)) {
      HttpRequest.Builder request =
          request(uri).header("Content-Type", contentType).POST(publisher(body, sizeHint));
      if (config.compression() != Compression.NONE) {
        request.header("Content-Encoding", config.compression().headerValue());
      }
      return send(request);
    }
  }

  /**
   * Sends any request.
   *
   * @param headers further headers
   * @param body sent as it is
   * @throws IOException when there is no complete answer
   */
  public HttpReply send(String method, URI uri, Map<String, String> headers, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        request(uri)
            .method(
                method,
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    headers.forEach(request::setHeader);
    return send(request);
  }

  /** Breaks off what is under way and closes every connection. */
  @Override
  public void close() {
    client.shutdownNow();
    try {
      client.awaitTermination(CLOSE_TIMEOUT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpRequest.Builder request(URI uri) {
    boolean http2 = "https".equalsIgnoreCase(uri.getScheme()) && config.forceAttemptHttp2();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .version(http2 ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
            .setHeader("User-Agent", userAgent)
            .setHeader("Accept-Encoding", "gzip");
    for (Map.Entry<String, Secret> header : config.headers().entrySet()) {
      request.setHeader(header.getKey(), header.getValue().reveal());
    }
    return request;
  }

  private HttpReply send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        client.send(
            request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), maxReplyBytes));
    return new HttpReply(response.statusCode(), response.headers(), decompressed(response));
  }

  private byte[] decompressed(HttpResponse<byte[]> response) throws IOException {
    String encoding = response.headers().firstValue("content-encoding").orElse("");
    Optional<Compression> compression = Compression.ofHeader(encoding.toLowerCase(Locale.ROOT));
    if (response.body().length == 0 || compression.equals(Optional.of(Compression.NONE))) {
      return response.body();
    }
    if (compression.isEmpty() || !compression.get().supported()) {
      throw new IOException("reply with an unknown content-encoding: " + encoding);
    }
    return compression.get().decompress(response.body(), maxReplyBytes);
  }

  private BodyPublisher publisher(HttpBody body, int sizeHint) throws IOException {
    if (config.compression() == Compression.NONE) {
      List<ByteBuffer> content = body.inMemory();
      if (!content.isEmpty()) {
        return new SlicePublisher(content);
      }
    }
    byte[] bytes = compressed(body, sizeHint);
    return bytes.length == 0
        ? BodyPublishers.noBody()
        : new SlicePublisher(List.of(ByteBuffer.wrap(bytes)));
  }

  private byte[] compressed(HttpBody body, int sizeHint) throws IOException {
    Compression compression = config.compression();
    int capacity = compression == Compression.NONE ? sizeHint : sizeHint / 4;
    ExposedBytes bytes = new ExposedBytes(Math.max(MIN_BUFFER_BYTES, capacity));
    try (OutputStream out = compression.compressing(bytes, config.compressionParams().level())) {
      body.writeTo(out);
    }
    return bytes.take();
  }

  /** Spares the copy where the buffer is exactly full. */
  private static final class ExposedBytes extends ByteArrayOutputStream {
    ExposedBytes(int capacity) {
      super(capacity);
    }

    byte[] take() {
      return count == buf.length ? buf : toByteArray();
    }
  }
}
