package io.millrace.toolkit.net;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** How the agent calls itself towards other systems. */
public final class Product {

  /** Name and version for {@code User-Agent}: {@code Millrace/0.1.0}. */
  public static final String USER_AGENT = "Millrace/" + version();

  private Product() {}

  private static String version() {
    Properties properties = new Properties();
    try (InputStream in = Product.class.getResourceAsStream("product.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      return "unknown";
    }
    return properties.getProperty("version", "unknown");
  }
}
