package org.nr4j.server.script.lua;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.nr4j.server.protocol.Ascii;
import party.iroiro.luajava.lua51.Lua51Natives;

/**
 * The stack of one Lua thread. All methods are raw: they call no metamethods, so that no error of Lua can jump over a
 * frame of Java. For one thread at a time.
 */
public final class LuaStack {
    public static final int NIL = 0;
    public static final int BOOLEAN = 1;
    public static final int LIGHT_USERDATA = 2;
    public static final int NUMBER = 3;
    public static final int STRING = 4;
    public static final int TABLE = 5;
    public static final int FUNCTION = 6;

    /** A longer text is copied by a chunk, since the conversion of a Java string copies it several times. */
    private static final int LONGEST_TEXT = 512;

    private final Lua51Natives natives;
    private final long state;
    private final StringChunk chunk;

    public LuaStack(Lua51Natives natives, long state, StringChunk chunk) {
        this.natives = natives;
        this.state = state;
        this.chunk = chunk;
    }

    public Lua51Natives natives() {
        return natives;
    }

    public long state() {
        return state;
    }

    public int top() {
        return natives.lua_gettop(state);
    }

    public void top(int top) {
        natives.lua_settop(state, top);
    }

    public void pop(int count) {
        natives.lua_settop(state, -count - 1);
    }

    /** Makes room for some more values. Returns whether there is. */
    public boolean reserve(int count) {
        return natives.lua_checkstack(state, count) != 0;
    }

    public int type(int index) {
        return natives.lua_type(state, index);
    }

    public String typeName(int index) {
        int type = type(index);
        return type < 0 ? "no value" : natives.lua_typename(state, type);
    }

    public double number(int index) {
        return natives.lua_tonumber(state, index);
    }

    public boolean truth(int index) {
        return natives.lua_toboolean(state, index) != 0;
    }

    /** Returns the bytes of a string. A number there becomes a string, as Lua writes it. */
    public byte[] bytes(int index) {
        ByteBuffer buffer = (ByteBuffer) natives.luaJ_todirectbuffer(state, index);
        if (buffer == null) {
            return new byte[0];
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    public String text(int index) {
        return Ascii.text(bytes(index));
    }

    public boolean isStringOrNumber(int index) {
        int type = type(index);
        return type == STRING || type == NUMBER;
    }

    // ---- pushing ----

    public void pushNil() {
        natives.lua_pushnil(state);
    }

    public void push(boolean value) {
        natives.lua_pushboolean(state, value ? 1 : 0);
    }

    public void push(double value) {
        natives.lua_pushnumber(state, value);
    }

    /** Pushes a text of ASCII characters without zeros. */
    public void push(String text) {
        natives.lua_pushstring(state, text);
    }

    public void push(byte[] bytes) {
        push(bytes, 0, bytes.length);
    }

    public void push(byte[] bytes, int from, int length) {
        if (length <= LONGEST_TEXT && isText(bytes, from, length)) {
            natives.lua_pushstring(state, new String(bytes, from, length, StandardCharsets.US_ASCII));
        } else {
            chunk.push(natives, state, bytes, from, length);
        }
    }

    /** Whether the bytes are the same in the encoding that strings have on their way from Java to C. */
    private static boolean isText(byte[] bytes, int from, int length) {
        for (int i = from; i < from + length; i++) {
            if (bytes[i] <= 0) {
                return false;
            }
        }
        return true;
    }

    public void pushCopy(int index) {
        natives.lua_pushvalue(state, index);
    }

    // ---- tables ----

    public void pushTable() {
        natives.lua_createtable(state, 0, 0);
    }

    public void pushTable(int elements, int fields) {
        natives.lua_createtable(state, elements, fields);
    }

    /** Pushes the value of a field of a table. */
    public void pushField(int table, String name) {
        int index = table < 0 ? table - 1 : table;
        natives.lua_pushstring(state, name);
        natives.lua_rawget(state, index);
    }

    public void pushElement(int table, int index) {
        natives.lua_rawgeti(state, table, index);
    }

    /** Takes the value on top as an element of a table. */
    public void setElement(int table, int index) {
        natives.lua_rawseti(state, table, index);
    }

    /** Takes the key and the value on top into a table. The key must be neither nil nor NaN. */
    public void setEntry(int table) {
        natives.lua_rawset(state, table);
    }

    /** Takes the value on top as a field of the table below it. */
    public void setField(String name) {
        natives.lua_pushstring(state, name);
        natives.lua_insert(state, -2);
        natives.lua_rawset(state, -3);
    }

    /** Takes the key on top, and pushes the next key and its value, if there are. Returns whether there are. */
    public boolean next(int table) {
        return natives.lua_next(state, table) != 0;
    }
}
