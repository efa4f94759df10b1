package org.nr4j.server.script;

import java.util.Arrays;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.protocol.Numbers;
import org.nr4j.server.protocol.ReplyWriter;
import org.nr4j.server.script.lua.LuaStack;

/** Pushes the reply to a command as the value that a script gets. */
final class ReplyValues {
    private final LuaStack stack;
    private final byte[] bytes;
    private int at;

    private ReplyValues(LuaStack stack, byte[] bytes) {
        this.stack = stack;
        this.bytes = bytes;
    }

    static void push(LuaStack stack, ReplyWriter reply) {
        new ReplyValues(stack, reply.array()).value();
    }

    private void value() {
        stack.reserve(6);
        int type = bytes[at++];
        int start = at;
        while (bytes[at] != '\r') {
            at++;
        }
        int end = at;
        at += 2;
        switch (type) {
            case ':' -> stack.push((double) Numbers.parseLong(bytes, start, end));
            case '+' -> field("ok", start, end);
            case '-' -> error(Ascii.text(Arrays.copyOfRange(bytes, start, end)));
            case '$' -> bulk(length(start, end));
            case '=' -> verbatim(length(start, end));
            case '_' -> stack.pushNil();
            case '#' -> stack.push(bytes[start] == 't');
            case ',' -> number(start, end);
            case '(' -> field("big_number", start, end);
            case '%' -> map(length(start, end));
            case '~' -> set(length(start, end));
            default -> array(length(start, end));
        }
    }

    private int length(int start, int end) {
        return (int) Numbers.parseLong(bytes, start, end);
    }

    private void field(String name, int start, int end) {
        stack.pushTable(0, 1);
        stack.push(bytes, start, end - start);
        stack.setField(name);
    }

    private void error(String text) {
        stack.pushTable(0, 2);
        stack.push(Ascii.bytes(text.indexOf(' ') < 0 ? "ERR " + text : text));
        stack.setField("err");
        stack.push(true);
        stack.setField("ignore_error_stats_update");
    }

    private void number(int start, int end) {
        stack.pushTable(0, 1);
        stack.push(Numbers.parseDouble(Arrays.copyOfRange(bytes, start, end)));
        stack.setField("double");
    }

    private void bulk(int length) {
        if (length < 0) {
            stack.push(false);
        } else {
            stack.push(bytes, at, length);
            at += length + 2;
        }
    }

    private void verbatim(int length) {
        stack.pushTable(0, 1);
        stack.pushTable(0, 2);
        stack.push(bytes, at + 4, length - 4);
        stack.setField("string");
        stack.push(bytes, at, 3);
        stack.setField("format");
        stack.setField("verbatim_string");
        at += length + 2;
    }

    private void array(int length) {
        if (length < 0) {
            stack.push(false);
            return;
        }
        stack.pushTable(length, 0);
        for (int i = 1; i <= length; i++) {
            value();
            stack.setElement(-2, i);
        }
    }

    private void map(int entries) {
        stack.pushTable(0, 1);
        stack.pushTable(0, entries);
        for (int i = 0; i < entries; i++) {
            value();
            value();
            stack.setEntry(-3);
        }
        stack.setField("map");
    }

    private void set(int members) {
        stack.pushTable(0, 1);
        stack.pushTable(0, members);
        for (int i = 0; i < members; i++) {
            value();
            stack.push(true);
            stack.setEntry(-3);
        }
        stack.setField("set");
    }
}
