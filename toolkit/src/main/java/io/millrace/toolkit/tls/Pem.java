package io.millrace.toolkit.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads PEM texts (RFC 7468): X.509 certificates and unencrypted private keys as PKCS#8 (RFC 5208),
 * PKCS#1 (RFC 8017, RSA) or SEC 1 (RFC 5915, elliptic curves).
 */
final class Pem {
  private static final Pattern SECTION =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);
  private static final Pattern HEADER = Pattern.compile("(?m)^[A-Za-z-]+:.*$");
  private static final byte[] VERSION_0 = HexFormat.of().parseHex("020100");
  private static final byte[] RSA_ALGORITHM =
      HexFormat.of().parseHex("300d06092a864886f70d0101010500");
  private static final byte[] EC_OID = HexFormat.of().parseHex("06072a8648ce3d0201");
  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;
  private static final int CURVE_TAG = 0xa0;

  private Pem() {}

  /**
   * The certificates of a text, in its order.
   *
   * @throws GeneralSecurityException when there is none, or one is damaged
   */
  static List<X509Certificate> certificates(String text) throws GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> certificates = new ArrayList<>();
    Matcher matcher = SECTION.matcher(text);
    while (matcher.find()) {
      if (matcher.group(1).equals("CERTIFICATE")) {
        byte[] der = decode(matcher.group(2));
        certificates.add(
            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
      }
    }
    if (certificates.isEmpty()) {
      throw new GeneralSecurityException("no certificate (expected: -----BEGIN CERTIFICATE-----)");
    }
    return certificates;
  }

  /**
   * The first private key of a text.
   *
   * @throws GeneralSecurityException when there is none, or it is damaged or encrypted
   */
  static PrivateKey privateKey(String text) throws GeneralSecurityException {
    Matcher matcher = SECTION.matcher(text);
    while (matcher.find()) {
      String body = matcher.group(2);
      String label = matcher.group(1);
      if (label.equals("ENCRYPTED PRIVATE KEY") || body.contains("ENCRYPTED")) {
        throw new GeneralSecurityException(
            "encrypted private key (expected: one without password)");
      }
      switch (label) {
        case "PRIVATE KEY" -> {
          return read(decode(body));
        }
        case "RSA PRIVATE KEY" -> {
          return read(der(SEQUENCE, VERSION_0, RSA_ALGORITHM, der(OCTET_STRING, decode(body))));
        }
        case "EC PRIVATE KEY" -> {
          byte[] key = decode(body);
          byte[] algorithm = der(SEQUENCE, EC_OID, curve(key));
          return read(der(SEQUENCE, VERSION_0, algorithm, der(OCTET_STRING, key)));
        }
        default -> {}
      }
    }
    throw new GeneralSecurityException("no private key (expected: -----BEGIN PRIVATE KEY-----)");
  }

  private static PrivateKey read(byte[] pkcs8) throws GeneralSecurityException {
    PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(pkcs8);
    GeneralSecurityException last = new GeneralSecurityException("unknown kind of private key");
    for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (GeneralSecurityException e) {
        last = e;
      }
    }
    throw new GeneralSecurityException("unreadable private key", last);
  }

  private static byte[] decode(String body) throws GeneralSecurityException {
    try {
      return Base64.getMimeDecoder().decode(HEADER.matcher(body).replaceAll("").trim());
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("damaged base64", e);
    }
  }

  /** The named curve of an RFC 5915 key: the content of its context tag 0. */
  private static byte[] curve(byte[] key) throws GeneralSecurityException {
    try {
      int at = 1 + lengthBytes(key, 1);
      while (at < key.length) {
        int tag = key[at] & 0xff;
        int lengthBytes = lengthBytes(key, at + 1);
        int length = length(key, at + 1);
        int content = at + 1 + lengthBytes;
        if (tag == CURVE_TAG) {
          return Arrays.copyOfRange(key, content, Math.min(key.length, content + length));
        }
        at = content + length;
      }
    } catch (ArrayIndexOutOfBoundsException e) {
      throw new GeneralSecurityException("damaged EC private key", e);
    }
    throw new GeneralSecurityException("EC private key without a named curve");
  }

  private static int lengthBytes(byte[] der, int at) {
    int first = der[at] & 0xff;
    return first < 0x80 ? 1 : 1 + (first & 0x7f);
  }

  private static int length(byte[] der, int at) {
    int first = der[at] & 0xff;
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = 1; i <= (first & 0x7f); i++) {
      length = (length << 8) | (der[at + i] & 0xff);
    }
    return length;
  }

  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    int length = content.size();
    if (length < 0x80) {
      out.write(length);
    } else if (length < 0x100) {
      out.write(0x81);
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >> 8);
      out.write(length);
    }
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }
}
