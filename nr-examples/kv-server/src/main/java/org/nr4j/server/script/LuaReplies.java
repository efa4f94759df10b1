package org.nr4j.server.script;

import org.nr4j.server.protocol.ReplyWriter;
import org.nr4j.server.script.lua.LuaStack;

/** Writes what a script returns as a reply. */
final class LuaReplies {
    /** A table that has itself as an element would have no end. */
    private static final int MOST_NESTING = 128;

    private final LuaStack stack;
    private final ReplyWriter reply;
    private final boolean resp3;

    private LuaReplies(LuaStack stack, ReplyWriter reply, boolean resp3) {
        this.stack = stack;
        this.reply = reply;
        this.resp3 = resp3;
    }

    /**
     * Takes the value on top of the stack, and writes it.
     *
     * @param resp3 whether the script has chosen version 3 of the protocol
     */
    static void write(LuaStack stack, ReplyWriter reply, boolean resp3) {
        new LuaReplies(stack, reply, resp3).value(0);
    }

    private void value(int depth) {
        if (depth > MOST_NESTING || !stack.reserve(6)) {
            reply.error("ERR reached lua stack limit");
            stack.pop(1);
            return;
        }
        switch (stack.type(-1)) {
            case LuaStack.STRING -> reply.bulk(stack.bytes(-1));
            case LuaStack.NUMBER -> reply.integer(integer(stack.number(-1)));
            case LuaStack.BOOLEAN -> truth(stack.truth(-1));
            case LuaStack.TABLE -> table(depth);
            default -> reply.nullBulk();
        }
        stack.pop(1);
    }

    /** Cuts a number as C does on common machines: one that is out of range becomes the smallest. */
    private static long integer(double number) {
        return number >= -0x1p63 && number < 0x1p63 ? (long) number : Long.MIN_VALUE;
    }

    private void truth(boolean value) {
        if (resp3) {
            reply.truth(value);
        } else if (value) {
            reply.integer(1);
        } else {
            reply.nullBulk();
        }
    }

    private void table(int depth) {
        int top = stack.top();
        boolean written = simple() || verbatim();
        stack.top(top); // one that is no verbatim string may have left parts of one
        if (!written && !map(depth) && !set(depth)) {
            array(depth);
        }
        stack.top(top);
    }

    private boolean simple() {
        if (field("err", LuaStack.STRING)) {
            reply.error(stack.text(-1));
        } else if (field("ok", LuaStack.STRING)) {
            reply.simple(oneLine(upToNul(stack.text(-1))));
        } else if (field("double", LuaStack.NUMBER)) {
            reply.number(stack.number(-1));
        } else if (field("big_number", LuaStack.STRING)) {
            reply.bigNumber(oneLine(stack.text(-1)));
        } else {
            return false;
        }
        return true;
    }

    /** Pushes a field of the table on top. If it has another type, pushes nothing, and returns false. */
    private boolean field(String name, int type) {
        stack.pushField(-1, name);
        if (stack.type(-1) == type) {
            return true;
        }
        stack.pop(1);
        return false;
    }

    private static String upToNul(String text) {
        int nul = text.indexOf(0);
        return nul < 0 ? text : text.substring(0, nul);
    }

    private static String oneLine(String text) {
        return text.replace('\r', ' ').replace('\n', ' ');
    }

    private boolean verbatim() {
        if (!field("verbatim_string", LuaStack.TABLE) || !field("format", LuaStack.STRING)) {
            return false;
        }
        String format = upToNul(stack.text(-1));
        stack.pop(1);
        if (!field("string", LuaStack.STRING)) {
            return false;
        }
        reply.verbatim((format + "   ").substring(0, 3), stack.bytes(-1));
        return true;
    }

    private boolean map(int depth) {
        if (!field("map", LuaStack.TABLE)) {
            return false;
        }
        reply.map(entries());
        stack.pushNil();
        while (stack.next(-2)) {
            stack.pushCopy(-2);
            value(depth + 1);
            value(depth + 1);
        }
        return true;
    }

    private boolean set(int depth) {
        if (!field("set", LuaStack.TABLE)) {
            return false;
        }
        reply.set(entries());
        stack.pushNil();
        while (stack.next(-2)) {
            stack.pop(1);
            stack.pushCopy(-1);
            value(depth + 1);
        }
        return true;
    }

    private int entries() {
        int count = 0;
        stack.pushNil();
        while (stack.next(-2)) {
            stack.pop(1);
            count++;
        }
        return count;
    }

    private void array(int depth) {
        int count = 0;
        stack.pushElement(-1, 1);
        while (stack.type(-1) != LuaStack.NIL) {
            count++;
            stack.pop(1);
            stack.pushElement(-1, count + 1);
        }
        stack.pop(1);
        reply.array(count);
        for (int i = 1; i <= count; i++) {
            stack.pushElement(-1, i);
            value(depth + 1);
        }
    }
}
