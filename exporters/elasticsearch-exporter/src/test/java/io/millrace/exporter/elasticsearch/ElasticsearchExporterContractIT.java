package io.millrace.exporter.elasticsearch;

import io.millrace.api.component.Exporter;
import io.millrace.api.telemetry.Signal;
import io.millrace.testkit.Json;
import io.millrace.testkit.TestContext;
import io.millrace.testkit.contract.ExporterContractTest;
import io.millrace.testkit.fault.FaultProxy;
import io.millrace.testkit.server.ElasticsearchServer;
import io.millrace.testkit.server.SharedElasticsearch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;

final class ElasticsearchExporterContractIT extends ExporterContractTest {
  private static final int MANY = 1_000;

  private final ElasticsearchServer elasticsearch = SharedElasticsearch.get();
  private final String prefix = "contract-" + UUID.randomUUID() + "-";
  private final List<FaultProxy> proxies = new ArrayList<>();

  @AfterEach
  void closeProxies() throws IOException {
    for (FaultProxy proxy : proxies) {
      proxy.close();
    }
  }

  @Override
  protected Exporter create(TestContext context) {
    return create(context, elasticsearch.url());
  }

  @Override
  protected Collection<String> received(Signal signal) throws Exception {
    String index = prefix + signal.id();
    elasticsearch.count(index);
    ElasticsearchServer.Response response =
        elasticsearch.request("GET", "/" + index + "/_search?size=1000", "");
    List<String> ids = new ArrayList<>();
    if (response.at("hits", "hits") instanceof List<?> hits) {
      for (Object hit : hits) {
        ids.add(String.valueOf(Json.at(hit, "_source", "attributes", "test.id")));
      }
    }
    return ids;
  }

  @Override
  protected Optional<Exporter> createUnreachable(TestContext context) {
    return Optional.of(create(context, "http://127.0.0.1:1"));
  }

  @Override
  protected Optional<Exporter> createHanging(TestContext context) throws Exception {
    FaultProxy proxy = FaultProxy.http("127.0.0.1:" + elasticsearch.port());
    proxies.add(proxy);
    proxy.hang(MANY);
    return Optional.of(create(context, proxy.url()));
  }

  private Exporter create(TestContext context, String url) {
    TestConfig config = TestConfig.at(url);
    config.logsIndex = prefix + "logs";
    config.metricsIndex = prefix + "metrics";
    config.tracesIndex = prefix + "traces";
    return new ElasticsearchExporterFactory().create(context, config.make());
  }
}
