package io.millrace.exporter.elasticsearch;

import io.millrace.api.config.Secret;
import io.millrace.exporter.elasticsearch.ElasticsearchExporterConfig.IndexTemplatesConfig;
import io.millrace.exporter.elasticsearch.ElasticsearchExporterConfig.Switch;
import io.millrace.toolkit.http.HttpClientConfig;
import java.util.List;

/** Makes configurations for tests. One thread at a time. */
final class TestConfig {
  HttpClientConfig http = HttpClientConfig.standard();
  String endpoint = "";
  List<String> endpoints = List.of();
  String cloudid = "";
  String user = "";
  String password = "";
  String logsIndex = "";
  String metricsIndex = "";
  String tracesIndex = "";
  boolean documentIdAttribute;
  boolean pipelineAttribute;
  LogstashFormatConfig logstashFormat = LogstashFormatConfig.standard();
  RetryConfig retry = RetryConfig.standard();
  boolean templates = true;

  static TestConfig at(String... urls) {
    TestConfig config = new TestConfig();
    config.endpoints = List.of(urls);
    return config;
  }

  ElasticsearchExporterConfig make() {
    return new ElasticsearchExporterConfig(
        http,
        endpoint,
        endpoints,
        cloudid,
        user,
        new Secret(password),
        new Secret(""),
        logsIndex,
        metricsIndex,
        tracesIndex,
        null,
        null,
        null,
        new Switch(documentIdAttribute),
        new Switch(documentIdAttribute),
        new Switch(pipelineAttribute),
        logstashFormat,
        null,
        "",
        null,
        retry,
        0,
        null,
        null,
        List.of(),
        "",
        true,
        null,
        new IndexTemplatesConfig(templates));
  }
}
