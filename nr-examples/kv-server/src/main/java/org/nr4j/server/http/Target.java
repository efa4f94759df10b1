package org.nr4j.server.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a request asks for: a path and parameters. Names and values are bytes, of which any may be escaped. */
public final class Target {
    private final String path;
    private final Map<String, byte[]> parameters = new LinkedHashMap<>();

    private Target(String path) {
        this.path = path;
    }

    /**
     * Reads the target of a request.
     *
     * @throws HttpException if it is not well-formed
     */
    static Target parse(String uri) {
        String target = withoutAuthority(uri);
        int question = target.indexOf('?');
        Target parsed = new Target(question < 0 ? target : target.substring(0, question));
        if (question >= 0) {
            for (String parameter : target.substring(question + 1).split("&", -1)) {
                parsed.addParameter(parameter);
            }
        }
        return parsed;
    }

    /** Proxies are sent whole addresses, which servers must understand too. */
    private static String withoutAuthority(String uri) {
        if (uri.startsWith("http://")) {
            int path = uri.indexOf('/', "http://".length());
            return path < 0 ? "/" : uri.substring(path);
        }
        if (!uri.startsWith("/")) {
            throw HttpException.badRequest("the target of a request must begin with a slash");
        }
        return uri;
    }

    private void addParameter(String parameter) {
        if (parameter.isEmpty()) {
            return;
        }
        int equals = parameter.indexOf('=');
        String name = equals < 0 ? parameter : parameter.substring(0, equals);
        String value = equals < 0 ? "" : parameter.substring(equals + 1);
        byte[] before = parameters.put(
                new String(decode(name, /* form= */ true), StandardCharsets.UTF_8), decode(value, /* form= */ true));
        if (before != null) {
            throw HttpException.badRequest("a parameter must be there once: " + name);
        }
    }

    /** Returns the path, with its escapes. */
    public String path() {
        return path;
    }

    /** Returns the bytes of the path behind a prefix. */
    public byte[] pathAfter(String prefix) {
        return decode(path.substring(prefix.length()), /* form= */ false);
    }

    /** Returns the value of a parameter; null if it is missing. */
    public byte @Nullable [] bytes(String name) {
        return parameters.get(name);
    }

    /** Returns the value of a parameter as text; null if it is missing. */
    public @Nullable String text(String name) {
        byte[] value = parameters.get(name);
        return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }

    /** Whether a parameter is there and is true. */
    public boolean isTrue(String name) {
        return isTrue(name, false);
    }

    /** Returns a parameter that is true or false. */
    public boolean isTrue(String name, boolean otherwise) {
        String text = text(name);
        if (text == null) {
            return otherwise;
        }
        return switch (text) {
            case "", "1", "true", "yes" -> true;
            case "0", "false", "no" -> false;
            default -> throw HttpException.badRequest("a parameter must be true or false: " + name);
        };
    }

    /** Returns a parameter that is a number of a range. */
    public int number(String name, int least, int most, int otherwise) {
        String text = text(name);
        if (text == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Refused below.
        }
        throw HttpException.badRequest("a parameter must be a number from " + least + " to " + most + ": " + name);
    }

    /**
     * Checks that all parameters are known.
     *
     * @throws HttpException if one is not
     */
    public void requireParameters(String... known) {
        Set<String> names = Set.of(known);
        for (String name : parameters.keySet()) {
            if (!names.contains(name)) {
                throw HttpException.badRequest("a parameter must be known: " + name);
            }
        }
    }

    private static byte[] decode(String text, boolean form) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                boolean whole = text.length() - i > 2;
                int high = whole ? Character.digit(text.charAt(i + 1), 16) : -1;
                int low = whole ? Character.digit(text.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    throw HttpException.badRequest("a percent sign must have two hexadecimal digits behind it");
                }
                bytes.write((high << 4) + low);
                i += 2;
            } else {
                bytes.write(form && c == '+' ? ' ' : c);
            }
        }
        return bytes.toByteArray();
    }
}
