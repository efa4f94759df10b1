package org.nr4j.server.protocol;

import java.util.Arrays;

/**
 * Encodes replies into one array of bytes that grows. A client has version 2 or 3 of the protocol. Where version 2
 * lacks a type, another type stands in for it. For one thread.
 */
public final class ReplyWriter {
    private static final byte[] CRLF = {'\r', '\n'};

    private byte[] bytes;
    private int length;
    private boolean resp3;

    /** Creates a writer for version 2. */
    public ReplyWriter(int capacity) {
        bytes = new byte[capacity];
    }

    /** Sets whether the next replies are of version 3. */
    public ReplyWriter resp3(boolean resp3) {
        this.resp3 = resp3;
        return this;
    }

    /** Whether the next replies are of version 3. */
    public boolean isResp3() {
        return resp3;
    }

    // ---- the bytes ----

    /** Returns the number of bytes written. */
    public int length() {
        return length;
    }

    /** Drops all bytes after the first ones. */
    public void truncate(int length) {
        this.length = length;
    }

    /** Returns the array, of which the first {@link #length()} bytes are written. Valid until the next write. */
    public byte[] array() {
        return bytes;
    }

    /** Returns a copy of the bytes written. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    /** Appends bytes that are encoded already. */
    public void raw(byte[] encoded, int from, int count) {
        reserve(count);
        System.arraycopy(encoded, from, bytes, length, count);
        length += count;
    }

    private void reserve(int count) {
        if (bytes.length - length < count) {
            long needed = Math.max((long) length + count, Math.min(2L * bytes.length, Integer.MAX_VALUE - 8));
            bytes = Arrays.copyOf(bytes, Math.toIntExact(needed));
        }
    }

    private void text(char type, String text) {
        int count = text.length();
        reserve(count + 3);
        bytes[length++] = (byte) type;
        for (int i = 0; i < count; i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
        end();
    }

    private void header(char type, long number) {
        reserve(24);
        bytes[length++] = (byte) type;
        if (number >= 0 && number < 10) {
            bytes[length++] = (byte) ('0' + number);
        } else {
            digits(number);
        }
        end();
    }

    private void digits(long number) {
        long rest = number > 0 ? -number : number; // the smallest number has no positive counterpart
        if (number < 0) {
            bytes[length++] = '-';
        }
        int digits = 1;
        for (long power = -10; digits < 19 && rest <= power; power *= 10) {
            digits++;
        }
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' - rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    private void end() {
        bytes[length++] = CRLF[0];
        bytes[length++] = CRLF[1];
    }

    // ---- replies ----

    /** Writes a simple string. */
    public void simple(String text) {
        text('+', text);
    }

    /** Writes {@code OK}. */
    public void ok() {
        text('+', "OK");
    }

    /** Writes an error. The text begins with its code, such as {@code ERR}. It becomes one line. */
    public void error(String text) {
        text('-', text.replace('\r', ' ').replace('\n', ' '));
    }

    /** Writes an integer. */
    public void integer(long value) {
        header(':', value);
    }

    /** Writes a truth value as the integer 1 or 0, which commands of version 2 have kept in version 3. */
    public void integer(boolean value) {
        header(':', value ? 1 : 0);
    }

    /** Writes a bulk string. */
    public void bulk(byte[] value) {
        bulk(value, 0, value.length);
    }

    /** Writes a part of an array as a bulk string. */
    public void bulk(byte[] value, int from, int count) {
        int at = bulkSpace(count);
        System.arraycopy(value, from, bytes, at, count);
    }

    /** Writes a bulk string without its bytes. Returns where in {@link #array} the caller must now copy them. */
    public int bulkSpace(int count) {
        header('$', count);
        reserve(count + 2);
        int at = length;
        length += count;
        end();
        return at;
    }

    /** Writes a text as a bulk string. */
    public void bulk(String text) {
        bulk(Ascii.bytes(text));
    }

    /** Writes null where a bulk string could be. */
    public void nullBulk() {
        raw(resp3 ? "_\r\n" : "$-1\r\n");
    }

    /** Writes null where an array could be. */
    public void nullArray() {
        raw(resp3 ? "_\r\n" : "*-1\r\n");
    }

    private void raw(String encoded) {
        byte[] added = Ascii.bytes(encoded);
        raw(added, 0, added.length);
    }

    /** Begins an array of some elements. */
    public void array(long elements) {
        header('*', elements);
    }

    /** Begins a map of some entries, each a key and a value. An array of twice the length in version 2. */
    public void map(long entries) {
        header(resp3 ? '%' : '*', resp3 ? entries : 2 * entries);
    }

    /** Begins a set of some elements. An array in version 2. */
    public void set(long elements) {
        header(resp3 ? '~' : '*', elements);
    }

    /** Begins a message that answers no request. An array in version 2. */
    public void push(long elements) {
        header(resp3 ? '>' : '*', elements);
    }

    /** Writes a double. A bulk string in version 2. */
    public void number(double value) {
        String text = Numbers.text(value);
        if (resp3) {
            text(',', text);
        } else {
            bulk(text);
        }
    }

    /** Writes a number that is text already. A bulk string in version 2. */
    public void decimal(byte[] digits) {
        if (resp3) {
            text(',', Ascii.text(digits));
        } else {
            bulk(digits);
        }
    }

    /** Writes a truth value. An integer in version 2. */
    public void truth(boolean value) {
        if (resp3) {
            raw(value ? "#t\r\n" : "#f\r\n");
        } else {
            integer(value);
        }
    }

    /** Writes a text for a person to read. A bulk string in version 2. */
    public void verbatim(String text) {
        byte[] utf8 = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        if (resp3) {
            header('=', utf8.length + 4);
            raw("txt:");
            raw(utf8, 0, utf8.length);
            reserve(2);
            end();
        } else {
            bulk(utf8);
        }
    }
}
