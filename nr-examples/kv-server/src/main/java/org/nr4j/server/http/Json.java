package org.nr4j.server.http;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** Writes JSON texts. */
public final class Json {
    private Json() {}

    /** Writes the values of a text. */
    @FunctionalInterface
    public interface Body {
        /** Writes. */
        void writeTo(JsonWriter out) throws IOException;
    }

    /** Returns the text that a body writes. */
    public static String text(Body body) {
        StringWriter text = new StringWriter();
        try {
            JsonWriter out = new JsonWriter(text);
            body.writeTo(out);
            out.flush();
            return text.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String error(String message) {
        return text(out -> out.beginObject().name("error").value(message).endObject());
    }
}
