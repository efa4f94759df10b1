package org.nr4j.server.script;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.protocol.ReplyWriter;
import org.nr4j.server.script.lua.Builtin;
import org.nr4j.server.script.lua.LuaStack;
import org.nr4j.server.script.lua.NumberFormat;
import org.nr4j.server.script.lua.ScriptException;

/** The library {@code redis} of one interpreter. */
final class RedisFunctions {
    private static final Logger LOGGER = System.getLogger("org.nr4j.server.script");
    private static final String VERSION = "7.2.0";
    private static final int VERSION_NUMBER = 0x0007_0200;
    private static final int WARNING = 3;

    /** A run may call so many commands. */
    private static final int MOST_CALLS = 2_000_000;

    private static final int FIRST_CAPACITY = 256;
    private static final int LARGEST_KEPT = 1 << 16;

    private @Nullable ScriptRun run;
    private boolean resp3;
    private int calls;
    private ReplyWriter scratch = new ReplyWriter(FIRST_CAPACITY);

    // ---- runs ----

    /** Begins a run; null if a library is loaded, which may call no commands. */
    void begin(@Nullable ScriptRun run) {
        this.run = run;
        resp3 = false;
        calls = 0;
    }

    /** Whether the script has chosen version 3 of the protocol. */
    boolean isResp3() {
        return resp3;
    }

    private ScriptRun running(String function) {
        if (run == null) {
            throw ScriptException.table("ERR " + function + " can only be called inside a script invocation");
        }
        return run;
    }

    // ---- the library ----

    /** Returns the functions by their names. */
    Map<String, Builtin> functions() {
        Map<String, Builtin> functions = new LinkedHashMap<>();
        functions.put("call", stack -> call(stack, true));
        functions.put("pcall", stack -> call(stack, false));
        functions.put("error_reply", RedisFunctions::errorReply);
        functions.put("status_reply", stack -> fieldReply(stack, "ok"));
        functions.put("sha1hex", RedisFunctions::sha1);
        functions.put("setresp", this::chooseProtocol);
        functions.put("set_repl", this::chooseReplication);
        functions.put("log", RedisFunctions::log);
        functions.put("acl_check_cmd", this::checkCommand);
        functions.put("replicate_commands", stack -> truth(stack, true));
        functions.put("breakpoint", stack -> truth(stack, false));
        functions.put("debug", stack -> 0);
        return functions;
    }

    /** Adds the constants of the library to the table on top. */
    static void pushConstants(LuaStack stack) {
        stack.push(VERSION);
        stack.setField("REDIS_VERSION");
        Map<String, Integer> numbers = new LinkedHashMap<>();
        numbers.put("REDIS_VERSION_NUM", VERSION_NUMBER);
        numbers.put("LOG_DEBUG", 0);
        numbers.put("LOG_VERBOSE", 1);
        numbers.put("LOG_NOTICE", 2);
        numbers.put("LOG_WARNING", WARNING);
        numbers.put("REPL_NONE", 0);
        numbers.put("REPL_AOF", 1);
        numbers.put("REPL_SLAVE", 2);
        numbers.put("REPL_REPLICA", 2);
        numbers.put("REPL_ALL", 3);
        numbers.forEach((name, value) -> {
            stack.push((double) value);
            stack.setField(name);
        });
    }

    private static int truth(LuaStack stack, boolean value) {
        stack.push(value);
        return 1;
    }

    // ---- commands ----

    private int call(LuaStack stack, boolean raises) {
        ScriptRun running = running("redis.call/pcall");
        if (++calls > MOST_CALLS) {
            throw new ScriptLimitException(
                    "a script must stay below " + MOST_CALLS + " commands, so all that it wrote is undone: script="
                            + running.name().get());
        }
        String problem = null;
        int top = 0;
        try {
            byte[][] request = request(stack);
            scratch.truncate(0);
            scratch.resp3(resp3);
            running.caller().call(request, scratch);
        } catch (ScriptException e) {
            problem = e.getMessage();
        } catch (CommandCaller.CallRefusedException e) {
            problem = "ERR " + e.getMessage();
        }
        stack.top(top);
        if (problem == null) {
            ReplyValues.push(stack, scratch);
        } else {
            stack.pushTable(0, 1);
            stack.push(Ascii.bytes(problem));
            stack.setField("err");
        }
        boolean failed = problem != null || scratch.array()[0] == '-';
        if (scratch.array().length > LARGEST_KEPT) {
            scratch = new ReplyWriter(FIRST_CAPACITY);
        }
        return failed && raises ? -1 : 1;
    }

    private static byte[][] request(LuaStack stack) {
        int count = stack.top();
        if (count == 0) {
            throw ScriptException.table("ERR Please specify at least one argument for this redis lib call");
        }
        byte[][] request = new byte[count][];
        for (int i = 0; i < count; i++) {
            int type = stack.type(i + 1);
            if (type == LuaStack.NUMBER) {
                request[i] = Ascii.bytes(NumberFormat.general(stack.number(i + 1), 17));
            } else if (type == LuaStack.STRING) {
                request[i] = stack.bytes(i + 1);
            } else {
                throw ScriptException.table("ERR Lua redis lib command arguments must be strings or integers");
            }
        }
        return request;
    }

    private int checkCommand(LuaStack stack) {
        ScriptRun running = running("redis.acl_check_cmd");
        byte[][] request = request(stack);
        if (!running.caller().isCommand(request)) {
            throw ScriptException.table("ERR Invalid command passed to redis.acl_check_cmd()");
        }
        return truth(stack, running.caller().isAllowed(request));
    }

    // ---- replies ----

    private static int fieldReply(LuaStack stack, String field) {
        if (stack.top() != 1 || stack.type(1) != LuaStack.STRING) {
            pushError(stack, "ERR wrong number or type of arguments");
            return 1;
        }
        stack.pushTable(0, 1);
        stack.pushCopy(1);
        stack.setField(field);
        return 1;
    }

    private static int errorReply(LuaStack stack) {
        if (stack.top() != 1 || stack.type(1) != LuaStack.STRING) {
            pushError(stack, "ERR wrong number or type of arguments");
            return 1;
        }
        String text = stack.text(1);
        text = text.indexOf(0) < 0 ? text : text.substring(0, text.indexOf(0));
        pushError(stack, withCode(text.startsWith("-") ? text : "-" + text));
        return 1;
    }

    /** Gives a text a code: what is before its first blank if it begins with a minus, else a general one. */
    private static String withCode(String text) {
        int blank = text.indexOf(' ');
        String code = blank < 0 ? "ERR" : text.substring(1, blank);
        String message = blank < 0 ? text.substring(1) : text.substring(blank + 1);
        return code + " " + message.replaceAll("^[\r\n]+|[\r\n]+$", "");
    }

    private static void pushError(LuaStack stack, String text) {
        stack.pushTable(0, 1);
        stack.push(Ascii.bytes(text));
        stack.setField("err");
    }

    private static int sha1(LuaStack stack) {
        if (stack.top() != 1) {
            throw ScriptException.table("ERR wrong number of arguments");
        }
        stack.push(Script.sha1(stack.bytes(1)));
        return 1;
    }

    // ---- settings ----

    private int chooseProtocol(LuaStack stack) {
        running("redis.setresp");
        if (stack.top() != 1) {
            throw ScriptException.table("ERR redis.setresp() requires one argument.");
        }
        int version = (int) stack.number(1);
        if (version != 2 && version != 3) {
            throw ScriptException.table("ERR RESP version must be 2 or 3.");
        }
        resp3 = version == 3;
        return 0;
    }

    /** Checks its argument. The log has the script itself, so there is nothing to choose. */
    private int chooseReplication(LuaStack stack) {
        running("redis.set_repl");
        if (stack.top() != 1) {
            throw ScriptException.table("ERR redis.set_repl() requires two arguments.");
        }
        if (((int) stack.number(1) & ~3) != 0) {
            throw ScriptException.table(
                    "ERR Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.");
        }
        return 0;
    }

    private static int log(LuaStack stack) {
        int count = stack.top();
        if (count < 2) {
            throw ScriptException.table("ERR redis.log() requires two arguments or more.");
        }
        if (stack.natives().lua_isnumber(stack.state(), 1) == 0) {
            throw ScriptException.table("ERR First argument must be a number (log level).");
        }
        int level = (int) stack.number(1);
        if (level < 0 || level > WARNING) {
            throw ScriptException.table("ERR Invalid debug level.");
        }
        Level logged = level == WARNING ? Level.WARNING : level == 2 ? Level.INFO : Level.DEBUG;
        if (LOGGER.isLoggable(logged)) {
            List<String> parts = new ArrayList<>();
            for (int i = 2; i <= count; i++) {
                if (stack.isStringOrNumber(i)) {
                    parts.add(stack.text(i));
                }
            }
            LOGGER.log(logged, "{0}", String.join(" ", parts));
        }
        return 0;
    }

    // ---- errors ----

    /** Returns the text of the error on top of the stack. */
    static String errorText(LuaStack stack) {
        if (stack.isStringOrNumber(-1)) {
            return "ERR " + stack.text(-1);
        }
        String text = stack.type(-1) == LuaStack.TABLE ? fieldText(stack, "err") : null;
        return text == null ? "ERR the script raised an error without a text" : text;
    }

    private static @Nullable String fieldText(LuaStack stack, String name) {
        stack.pushField(-1, name);
        String text = stack.isStringOrNumber(-1) ? stack.text(-1) : null;
        stack.pop(1);
        return text;
    }

    /** Returns the reply to a run that has ended with the error on top of the stack. */
    static String finalError(LuaStack stack, ScriptRun run) {
        if (stack.type(-1) != LuaStack.TABLE) {
            String text = stack.isStringOrNumber(-1) ? stack.text(-1) : "execution failure";
            return "ERR Error running script " + run.name().get() + ", "
                    + text.substring(0, Math.min(100, text.length()));
        }
        String source = fieldText(stack, "source");
        String line = fieldText(stack, "line");
        String place = source == null || line == null
                ? ""
                : " script: " + run.name().get() + ", on " + source + ":" + line + ".";
        return errorText(stack) + place;
    }

    /** Pushes strings as an array. */
    static void pushArray(LuaStack stack, List<byte[]> strings) {
        stack.pushTable(strings.size(), 0);
        for (int i = 0; i < strings.size(); i++) {
            stack.push(strings.get(i));
            stack.setElement(-2, i + 1);
        }
    }
}
