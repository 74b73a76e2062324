package io.millrace.exporter.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.DeliverySettings;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ElasticsearchExporterConfigTest {

  @Test
  void readsEndpointsWithoutTheirLastSlash() {
    assertThat(TestConfig.at("http://a:9200/", "https://b/es//").make().urls())
        .containsExactly(URI.create("http://a:9200"), URI.create("https://b/es"));
  }

  @Test
  void readsACloudId() {
    TestConfig config = new TestConfig();
    config.cloudid = "foo:YmFyLmNsb3VkLmVzLmlvJGFiYzEyMyRkZWY0NTY=";

    assertThat(config.make().urls()).containsExactly(URI.create("https://abc123.bar.cloud.es.io"));
  }

  @Test
  void refusesWhatIsNoCloudId() {
    TestConfig config = new TestConfig();
    config.cloudid = "foo:bm90aGluZw==";

    assertThat(problems(config))
        .containsExactly(
            "cloudid: \"foo:bm90aGluZw==\" (expected: name:base64 of domain$elasticsearch$kibana)");
  }

  @Test
  void refusesEndpointsThatAreNoUrls() {
    for (String url : List.of("localhost:9200", "ftp://a", "http://u:p@a", "http://a b")) {
      assertThat(problems(TestConfig.at(url)))
          .containsExactly("endpoints: \"" + url + "\" (expected: http://host:port)");
    }
  }

  @Test
  void refusesTwoWaysToNameTheCluster() {
    TestConfig config = TestConfig.at("http://a");
    config.endpoint = "http://b";

    assertThat(problems(config))
        .containsExactly(": more than one of endpoint, endpoints, cloudid (expected: one of them)");
  }

  @Test
  void refusesAUserWithoutAPassword() {
    TestConfig config = TestConfig.at("http://a");
    config.user = "elastic";

    assertThat(problems(config)).containsExactly("password: absent (expected: user and password)");
  }

  @Test
  void refusesDatesThatItCannotWrite() {
    List<String> problems = new ArrayList<>();
    new LogstashFormatConfig(true, "-", "%Y-%q")
        .validate((key, message) -> problems.add(key + ": " + message));

    assertThat(problems)
        .containsExactly(
            "date_format: \"%Y-%q\" (expected: %Y, %y, %m, %d, %j, %H, %M, %S or %% after each %)");
  }

  @Test
  void hasTheCollectorsDeliveryDefaultsWithAShorterFlush() {
    DeliverySettings settings = new ElasticsearchExporterFactory().deliveryDefaults();

    assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(90));
    assertThat(settings.queue().queueSize()).isEqualTo(10);
    assertThat(settings.queue().blockOnOverflow()).isTrue();
    assertThat(settings.queue().batch())
        .isEqualTo(
            new DeliverySettings.Merge(
                Duration.ofSeconds(1), 1_000_000, 5_000_000, DeliverySettings.Sizer.BYTES));
    assertThat(settings.retry().initialInterval()).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void letsTheRetryBlockSetTheBackOff() {
    ElasticsearchExporterFactory factory = new ElasticsearchExporterFactory();
    TestConfig config = TestConfig.at("http://a");
    DeliverySettings standard = DeliverySettings.standard();
    assertThat(factory.delivery(config.make(), standard)).isEqualTo(standard);

    config.retry =
        new RetryConfig(
            false, 2, 0, Duration.ofSeconds(2), Duration.ofSeconds(3), List.of(), List.of());
    DeliverySettings.Retry retry = factory.delivery(config.make(), standard).retry();

    assertThat(retry.enabled()).isFalse();
    assertThat(retry.initialInterval()).isEqualTo(Duration.ofSeconds(2));
    assertThat(retry.maxInterval()).isEqualTo(Duration.ofSeconds(3));
    assertThat(retry.maxElapsedTime()).isEqualTo(Duration.ZERO);
  }

  private static List<String> problems(TestConfig config) {
    List<String> problems = new ArrayList<>();
    config.make().validate((key, message) -> problems.add(key + ": " + message));
    return problems;
  }
}
