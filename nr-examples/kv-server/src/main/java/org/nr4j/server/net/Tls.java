package org.nr4j.server.net;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import org.nr4j.server.config.Settings;

/** The server's certificate and key, and which clients may connect. The JDK encrypts. */
final class Tls {
    private Tls() {}

    /**
     * Reads the files that the settings name.
     *
     * @throws IllegalArgumentException if one cannot be read or used
     */
    static SslContext read(Settings settings) {
        Path certificate = settings.path("tls-cert-file");
        Path key = settings.path("tls-key-file");
        try {
            String password = settings.text("tls-key-file-pass");
            SslContextBuilder builder = SslContextBuilder.forServer(
                            certificate.toFile(), key.toFile(), password.isEmpty() ? null : password)
                    .sslProvider(SslProvider.JDK)
                    .clientAuth(clientAuth(settings.text("tls-auth-clients")));
            if (!settings.text("tls-ca-cert-file").isEmpty()) {
                builder.trustManager(settings.path("tls-ca-cert-file").toFile());
            }
            return builder.build();
        } catch (SSLException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "the files for TLS must be certificates and an unencrypted or PKCS#8 key in PEM: tls-cert-file="
                            + certificate + " tls-key-file=" + key + " tls-ca-cert-file="
                            + settings.text("tls-ca-cert-file") + " problem=" + e.getMessage()
                            + "; correct them (openssl pkcs8 -topk8 -nodes converts a key)",
                    e);
        }
    }

    private static ClientAuth clientAuth(String value) {
        return switch (value) {
            case "yes" -> ClientAuth.REQUIRE;
            case "optional" -> ClientAuth.OPTIONAL;
            default -> ClientAuth.NONE;
        };
    }
}
