package org.nr4j.server.script.library;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.protocol.Numbers;
import org.nr4j.server.script.lua.LuaStack;
import org.nr4j.server.script.lua.ScriptException;

/** Reads JSON, and pushes its value. A byte of zero ends the text, as in C. */
final class JsonDecoder {
    private enum Token {
        OBJECT_BEGIN("T_OBJ_BEGIN"),
        OBJECT_END("T_OBJ_END"),
        ARRAY_BEGIN("T_ARR_BEGIN"),
        ARRAY_END("T_ARR_END"),
        STRING("T_STRING"),
        NUMBER("T_NUMBER"),
        BOOLEAN("T_BOOLEAN"),
        NULL("T_NULL"),
        COLON("T_COLON"),
        COMMA("T_COMMA"),
        END("T_END"),
        ERROR("T_ERROR");

        final String text;

        Token(String text) {
            this.text = text;
        }
    }

    /** What C's {@code strtod} reads. */
    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(0[xX]([0-9a-fA-F]+\\.?[0-9a-fA-F]*|\\.[0-9a-fA-F]+)([pP][+-]?[0-9]+)?"
                    + "|([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?|(?i:infinity|inf|nan))");

    private final LuaStack stack;
    private final JsonSettings settings;
    private final byte[] text;
    private final String characters;
    private int at;
    private int depth;

    private Token token = Token.END;
    private int tokenAt;
    private double number;
    private boolean truth;
    private byte[] string = {};
    private String error = "";

    JsonDecoder(LuaStack stack, JsonSettings settings, byte[] text) {
        this.stack = stack;
        this.settings = settings;
        this.text = text;
        this.characters = Ascii.text(text);
    }

    void decode() {
        if (text.length >= 2 && (text[0] == 0 || text[1] == 0)) {
            throw ScriptException.of("JSON parser does not support UTF-16 or UTF-32");
        }
        next();
        value();
        next();
        require(Token.END, "the end");
    }

    // ---- values ----

    private void require(Token expected, String name) {
        if (token != expected) {
            throw unexpected(name);
        }
    }

    private ScriptException unexpected(String expected) {
        String found = token == Token.ERROR ? error : token.text;
        return ScriptException.of("Expected " + expected + " but found " + found + " at character " + (tokenAt + 1));
    }

    private void value() {
        switch (token) {
            case STRING -> stack.push(string);
            case NUMBER -> stack.push(number);
            case BOOLEAN -> stack.push(truth);
            case NULL -> JsonFunctions.pushNull(stack);
            case OBJECT_BEGIN -> object();
            case ARRAY_BEGIN -> array();
            default -> throw unexpected("value");
        }
    }

    private void descend() {
        depth++;
        if (depth > Math.min(settings.decodeDepth, JsonSettings.DEEPEST) || !stack.reserve(4)) {
            throw ScriptException.of("Found too many nested data structures (" + depth + ") at character " + at);
        }
    }

    private void object() {
        descend();
        stack.pushTable();
        next();
        while (token != Token.OBJECT_END) {
            require(Token.STRING, "object key string");
            stack.push(string);
            next();
            require(Token.COLON, "colon");
            next();
            value();
            stack.setEntry(-3);
            next();
            if (token == Token.COMMA) {
                next();
                require(Token.STRING, "object key string");
            } else {
                require(Token.OBJECT_END, "comma or object end");
            }
        }
        depth--;
    }

    private void array() {
        descend();
        stack.pushTable();
        next();
        for (int i = 1; token != Token.ARRAY_END; i++) {
            value();
            stack.setElement(-2, i);
            next();
            if (token == Token.COMMA) {
                next();
                if (token == Token.ARRAY_END) {
                    throw unexpected("value");
                }
            } else {
                require(Token.ARRAY_END, "comma or array end");
            }
        }
        depth--;
    }

    // ---- tokens ----

    private int peek(int index) {
        return index < text.length ? text[index] & 0xFF : 0;
    }

    private void fail(String problem) {
        token = Token.ERROR;
        tokenAt = at;
        error = problem;
    }

    private void next() {
        while (peek(at) == ' ' || peek(at) == '\t' || peek(at) == '\n' || peek(at) == '\r') {
            at++;
        }
        tokenAt = at;
        int c = peek(at);
        switch (c) {
            case 0 -> token = Token.END;
            case '{' -> single(Token.OBJECT_BEGIN);
            case '}' -> single(Token.OBJECT_END);
            case '[' -> single(Token.ARRAY_BEGIN);
            case ']' -> single(Token.ARRAY_END);
            case ',' -> single(Token.COMMA);
            case ':' -> single(Token.COLON);
            case '"' -> string();
            default -> word(c);
        }
    }

    private void single(Token found) {
        token = found;
        at++;
    }

    private void word(int c) {
        if (c == '-' || (c >= '0' && c <= '9')) {
            if (settings.decodeInvalid == 0 && isInvalidNumber()) {
                fail("invalid number");
            } else {
                number();
            }
        } else if (characters.startsWith("true", at)) {
            truth(true, 4);
        } else if (characters.startsWith("false", at)) {
            truth(false, 5);
        } else if (characters.startsWith("null", at)) {
            token = Token.NULL;
            at += 4;
        } else if ("+iInN".indexOf(c) >= 0 && settings.decodeInvalid != 0 && isInvalidNumber()) {
            number();
        } else {
            fail("invalid token");
        }
    }

    private void truth(boolean value, int length) {
        token = Token.BOOLEAN;
        truth = value;
        at += length;
    }

    /** Whether C would read a number that is none in JSON. */
    private boolean isInvalidNumber() {
        int first = peek(at);
        int digit = first == '-' ? at + 1 : at;
        if (first == '+') {
            return true;
        }
        if (peek(digit) == '0') {
            int second = peek(digit + 1);
            return (second | 0x20) == 'x' || (second >= '0' && second <= '9');
        }
        return peek(digit) > '9'
                && (characters.regionMatches(true, digit, "inf", 0, 3)
                        || characters.regionMatches(true, digit, "nan", 0, 3));
    }

    private void number() {
        Matcher matcher = NUMBER.matcher(characters).region(at, text.length);
        if (!matcher.lookingAt()) {
            fail("invalid number");
            return;
        }
        String found = matcher.group();
        boolean none = found.regionMatches(true, found.length() - 3, "nan", 0, 3);
        number = none ? Double.NaN : Numbers.parseDouble(Ascii.bytes(found));
        token = Token.NUMBER;
        at = matcher.end();
    }

    private void string() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        at++;
        while (peek(at) != '"') {
            int c = peek(at);
            if (c == 0) {
                fail("unexpected end of string");
                return;
            }
            if (c == '\\' && peek(at + 1) == 'u') {
                if (!unicode(out)) {
                    fail("invalid unicode escape code");
                    return;
                }
            } else if (c == '\\') {
                int escaped = "\"\\/btnfr".indexOf(peek(at + 1));
                if (escaped < 0 || peek(at + 1) == 0) {
                    fail("invalid escape code");
                    return;
                }
                out.write("\"\\/\b\t\n\f\r".charAt(escaped));
                at += 2;
            } else {
                out.write(c);
                at++;
            }
        }
        at++;
        token = Token.STRING;
        string = out.toByteArray();
    }

    private boolean unicode(ByteArrayOutputStream out) {
        int code = hexadecimal(at + 2);
        int length = 6;
        if (code < 0) {
            return false;
        }
        if (Character.isSurrogate((char) code)) {
            int low = peek(at + 6) == '\\' && peek(at + 7) == 'u' ? hexadecimal(at + 8) : -1;
            if (!Character.isHighSurrogate((char) code) || low < 0 || !Character.isLowSurrogate((char) low)) {
                return false;
            }
            code = Character.toCodePoint((char) code, (char) low);
            length = 12;
        }
        out.writeBytes(Character.toString(code).getBytes(StandardCharsets.UTF_8));
        at += length;
        return true;
    }

    private int hexadecimal(int from) {
        int value = 0;
        for (int i = from; i < from + 4; i++) {
            int digit = Character.digit(peek(i), 16);
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }
}
