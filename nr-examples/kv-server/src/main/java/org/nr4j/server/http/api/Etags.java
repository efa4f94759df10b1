package org.nr4j.server.http.api;

import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.nr4j.ValueDigest;
import org.nr4j.server.http.Exchange;
import org.nr4j.server.http.HttpException;

/** Entity tags: digests of strings in quotes, and the conditions that requests make of them. */
final class Etags {
    private static final Pattern TAG = Pattern.compile("(W/)?\"([^\"]*)\"");
    private static final Pattern LIST = Pattern.compile("\\s*(W/)?\"[^\"]*\"(\\s*,\\s*(W/)?\"[^\"]*\")*\\s*");

    private Etags() {}

    /** Returns the tag of a string. */
    static String of(byte[] string) {
        return '"' + ValueDigest.of(string) + '"';
    }

    /** Returns the condition of a request that changes a key, as the command NR.APPLY has it. */
    static String condition(Exchange exchange) {
        return condition(exchange.header(HttpHeaderNames.IF_MATCH), exchange.header(HttpHeaderNames.IF_NONE_MATCH));
    }

    /** Returns a condition: that one of some tags matches, or that none of them does; null stands for neither. */
    static String condition(@Nullable String match, @Nullable String noneMatch) {
        if (match != null && noneMatch != null) {
            throw HttpException.badRequest("a request must not have both If-Match and If-None-Match");
        }
        if (match != null) {
            // A weak tag matches nothing here.
            return match.strip().equals("*") ? "*" : "=" + String.join(" ", tags(match, /* weak= */ false));
        }
        if (noneMatch != null) {
            return noneMatch.strip().equals("*") ? "-" : "!" + String.join(" ", tags(noneMatch, /* weak= */ true));
        }
        return "";
    }

    /** Whether a client has a string already. */
    static boolean isKnown(Exchange exchange, String tag) {
        String noneMatch = exchange.header(HttpHeaderNames.IF_NONE_MATCH);
        if (noneMatch == null) {
            return false;
        }
        return noneMatch.strip().equals("*")
                || tags(noneMatch, /* weak= */ true).contains(tag.substring(1, tag.length() - 1));
    }

    private static List<String> tags(String header, boolean weak) {
        if (!LIST.matcher(header).matches()) {
            throw HttpException.badRequest("an entity tag must be in quotes, or be *");
        }
        List<String> tags = new ArrayList<>();
        Matcher matcher = TAG.matcher(header);
        while (matcher.find()) {
            if (weak || matcher.group(1) == null) {
                tags.add(matcher.group(2));
            }
        }
        return tags;
    }
}
