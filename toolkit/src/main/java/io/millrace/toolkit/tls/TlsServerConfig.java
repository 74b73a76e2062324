package io.millrace.toolkit.tls;

import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Squash;
import io.millrace.api.config.Validated;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The {@code tls} block of a server. Immutable. */
@Doc("The server's certificate, and whether clients need one.")
public record TlsServerConfig(
    @Squash TlsConfig common,
    @Doc("PEM file with the authorities of client certificates; clients then must have one.")
        @Nullable Path clientCaFile,
    @Doc("Whether a changed client_ca_file is read again.") @Default("false")
        boolean clientCaFileReload)
    implements Validated {

  /** A server with the certificate given, that asks clients for none. */
  public static TlsServerConfig of(TlsConfig common) {
    return new TlsServerConfig(common, null, false);
  }

  /** The same, but clients must have a certificate of one of these authorities. */
  public TlsServerConfig withClientCa(Path file) {
    return new TlsServerConfig(common, file, clientCaFileReload);
  }

  @Override
  public void validate(Problems problems) {
    if (common.certFile() == null && common.certPem() == null) {
      problems.add("cert_file", "absent (expected: the server's certificate, or cert_pem)");
    }
  }
}
