package org.nr4j.server.http.api;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.http.Exchange;
import org.nr4j.server.http.HttpException;

/** When keys expire: after a number of seconds, which may have a fraction. */
final class Expiries {
    /** The header of a request that puts a key, and of a response that has one. */
    static final String HEADER = "Nr4j-Ttl";

    private static final String KEEP = "keep";
    private static final BigDecimal LONGEST = BigDecimal.valueOf(1L << 50);

    private Expiries() {}

    /** Returns the expiry of a request, by its parameter {@code ttl} or its header, as the command NR.APPLY has it. */
    static String of(Exchange exchange) {
        String parameter = exchange.target().text("ttl");
        return of(parameter != null ? parameter : exchange.header(HEADER));
    }

    /** Returns the expiry of a text. */
    static String of(@Nullable String text) {
        if (text == null) {
            return "";
        }
        if (text.equals(KEEP)) {
            return KEEP;
        }
        // A short text: a number such as 1e999999999 takes long to write out.
        if (text.matches("[0-9]{1,15}(\\.[0-9]{1,9})?")) {
            BigDecimal millis = new BigDecimal(text).movePointRight(3);
            if (millis.signum() > 0 && millis.compareTo(LONGEST) < 0) {
                return Long.toString(Math.max(1, millis.longValue()));
            }
        }
        throw HttpException.badRequest("a time to live must be a number of seconds, or " + KEEP);
    }

    /** Returns the seconds that a number of milliseconds is. */
    static String seconds(long millis) {
        return BigDecimal.valueOf(millis, 3).toPlainString();
    }
}
