package io.millrace.flink.sink;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Opens clients. */
final class Connection {

  /** What servers of version 8 and 9 both speak. */
  private static final String MEDIA_TYPE = "application/vnd.elasticsearch+json; compatible-with=8";

  private Connection() {}

  /**
   * Opens a client; the caller closes it. Reads the files of the settings.
   *
   * @throws IOException when a file cannot be read or holds something else
   */
  static ElasticsearchAsyncClient open(ElasticsearchSettings settings) throws IOException {
    List<URI> hosts = new ArrayList<>();
    for (String url : settings.urls()) {
      hosts.add(URI.create(url));
    }
    String password =
        settings.passwordFile() == null ? null : secret(Path.of(settings.passwordFile()));
    String apiKey = settings.apiKeyFile() == null ? null : secret(Path.of(settings.apiKeyFile()));
    SSLContext trust = settings.caFile() == null ? null : trust(Path.of(settings.caFile()));
    String user = settings.user();
    return ElasticsearchAsyncClient.of(
        builder -> {
          builder
              .hosts(hosts)
              .transportOptions(
                  options ->
                      options
                          .setHeader("Accept", MEDIA_TYPE)
                          .setHeader("Content-Type", MEDIA_TYPE));
          if (user != null && password != null) {
            builder.usernameAndPassword(user, password);
          }
          if (apiKey != null) {
            builder.apiKey(apiKey);
          }
          if (trust != null) {
            builder.sslContext(trust);
          }
          return builder;
        });
  }

  private static String secret(Path file) throws IOException {
    String secret = Files.readString(file).strip();
    if (secret.isEmpty()) {
      throw new IOException(file + ": empty (expected: a secret)");
    }
    return secret;
  }

  private static SSLContext trust(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int count = 0;
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca-" + count++, certificate);
      }
      if (count == 0) {
        throw new IOException(file + ": no certificate (expected: PEM certificates)");
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, factory.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(file + ": cannot be used (expected: PEM certificates)", e);
    }
  }
}
