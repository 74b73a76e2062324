package io.millrace.flink.sink;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to reach Elasticsearch. Secrets are files, read where the sink runs, so that neither the job
 * graph nor a log holds them. Immutable.
 *
 * @param urls at least one
 * @param user for basic authentication
 * @param passwordFile for basic authentication, with {@code user}
 * @param apiKeyFile an encoded API key, instead of user and password
 * @param caFile PEM certificates to trust instead of the JVM's
 */
public record ElasticsearchSettings(
    List<String> urls,
    @Nullable String user,
    @Nullable String passwordFile,
    @Nullable String apiKeyFile,
    @Nullable String caFile)
    implements Serializable {

  public ElasticsearchSettings {
    urls = List.copyOf(urls);
  }
}
