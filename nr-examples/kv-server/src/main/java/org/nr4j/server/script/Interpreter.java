package org.nr4j.server.script;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.script.library.BitFunctions;
import org.nr4j.server.script.library.JsonFunctions;
import org.nr4j.server.script.library.MathFunctions;
import org.nr4j.server.script.library.MessagePackFunctions;
import org.nr4j.server.script.library.StructFunctions;
import org.nr4j.server.script.lua.Builtin;
import org.nr4j.server.script.lua.LuaStack;
import org.nr4j.server.script.lua.ScriptException;
import org.nr4j.server.script.lua.StringChunk;
import party.iroiro.luajava.JFunction;
import party.iroiro.luajava.Lua;
import party.iroiro.luajava.lua51.Lua51;
import party.iroiro.luajava.lua51.Lua51Natives;

/**
 * One state of Lua 5.1 with the functions of Redis. It runs one script at a time, and no run sees anything of an
 * earlier one. For one thread at a time.
 *
 * <p>Lua leaves a frame by a jump if there is an error. No jump may cross a frame of Java. So Java calls only what
 * raises no error, or what catches it, and no limit ends a run while Java is at work.
 */
final class Interpreter implements AutoCloseable {
    /** A run may do so many instructions of Lua. */
    private static final int MOST_STEPS = 100_000_000;

    /** The limits are looked at after so many instructions. */
    private static final int STEP = 10_000;

    /** A run may allocate so much. The collector does not run meanwhile, so this is exact. */
    private static final int MOST_KILOBYTES = 64 << 10;

    /** The collector begins after so much, and ends the run. More than a run may have with what is left from others. */
    private static final int SPARE_KILOBYTES = 96 << 10;

    private static final int HANDLE_ERROR = 1;
    private static final int BEGIN = 2;
    private static final int FINISH = 3;
    private static final int GLOBALS = 4;
    private static final int LEFT_TRACES = 2;

    /** The bytes of a chunk's header. */
    private static final int HEADER = 12;

    private static final byte[] PRELUDE = prelude();

    private final Lua51 lua;
    private final Lua51Natives natives;
    private final StringChunk chunk;
    private final LuaStack stack;
    private final CompiledScripts compiled = new CompiledScripts();
    private final RedisFunctions redis = new RedisFunctions();
    private final FunctionRegistry registry = new FunctionRegistry();
    private final MathFunctions math = new MathFunctions();
    private final JsonFunctions json = new JsonFunctions();

    /** How many frames of Java are at work above Lua. */
    private int javaFrames = 1;

    private @Nullable Throwable failure;
    private boolean spoiled;

    Interpreter() {
        lua = new Lua51();
        natives = (Lua51Natives) lua.getLuaNatives();
        natives.luaL_openlibs(lua.getPointer());
        chunk = new StringChunk(header());
        stack = new LuaStack(natives, lua.getPointer(), chunk);
        loadPrelude();
    }

    private static byte[] prelude() {
        try (InputStream in = Interpreter.class.getResourceAsStream("prelude.lua")) {
            return Objects.requireNonNull(in).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] header() {
        natives.luaL_dostring(lua.getPointer(), "return string.dump(function() end)");
        ByteBuffer dumped = (ByteBuffer) natives.luaJ_todirectbuffer(lua.getPointer(), -1);
        byte[] header = new byte[HEADER];
        dumped.get(header);
        natives.lua_settop(lua.getPointer(), 0);
        return header;
    }

    private void loadPrelude() {
        load(PRELUDE, 0, "=prelude");
        stack.pushTable();
        pushLibrary(redis.functions());
        RedisFunctions.pushConstants(stack);
        stack.setField("redis");
        pushLibrary(math.functions());
        stack.setField("math");
        pushLibrary(BitFunctions.all());
        stack.setField("bit");
        pushLibrary(json.functions());
        JsonFunctions.pushConstants(stack);
        stack.setField("cjson");
        pushLibrary(MessagePackFunctions.all());
        MessagePackFunctions.pushConstants(stack);
        stack.setField("cmsgpack");
        pushLibrary(StructFunctions.all());
        stack.setField("struct");
        push(registry::register);
        stack.setField("register_function");
        JsonFunctions.pushNull(stack);
        stack.setField("null");
        push(each -> {
            each.push(javaFrames > 1); // this call is one of them
            return 1;
        });
        stack.push((double) STEP);
        stack.push((double) MOST_STEPS);
        stack.push((double) MOST_KILOBYTES);
        stack.push((double) SPARE_KILOBYTES);
        if (natives.lua_pcall(stack.state(), 6, GLOBALS, 0) != 0) {
            throw new IllegalStateException("the prelude must run: error=" + stack.text(-1) + "; mend it");
        }
    }

    private void pushLibrary(Map<String, Builtin> functions) {
        stack.pushTable(0, functions.size());
        functions.forEach((each, function) -> {
            push(function);
            stack.setField(each);
        });
    }

    // ---- functions of Java ----

    private void push(Builtin function) {
        natives.luaJ_pushfunction(stack.state(), (JFunction) thread -> call(function, thread));
    }

    private int call(Builtin function, Lua thread) {
        boolean main = thread.getPointer() == stack.state();
        spoiled |= !main; // the natives keep a coroutine that has called Java
        LuaStack used = main ? stack : new LuaStack(natives, thread.getPointer(), chunk);
        javaFrames++;
        try {
            return function.call(used);
        } catch (ScriptException e) {
            pushError(used, e);
            return -1;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            failure = failure == null ? e : failure;
            used.push("ERR the script cannot go on");
            return -1;
        } finally {
            javaFrames--;
        }
    }

    private static void pushError(LuaStack stack, ScriptException e) {
        String text = Objects.requireNonNull(e.getMessage());
        stack.top(0);
        if (e.isTable()) {
            stack.pushTable();
            stack.push(Ascii.bytes(text));
            stack.setField("err");
        } else {
            stack.natives().luaL_where(stack.state(), 1);
            stack.push(Ascii.bytes(stack.text(-1) + text));
        }
    }

    // ---- running ----

    /** Compiles a text, and pushes the function, or an error. Returns whether it compiles. */
    private boolean load(byte[] text, int from, String name) {
        if (from < text.length && text[from] == 27) {
            stack.push("attempt to load a compiled chunk");
            return false;
        }
        ByteBuffer source = ByteBuffer.allocateDirect(text.length - from);
        source.put(text, from, text.length - from);
        return natives.luaJ_loadbuffer(stack.state(), source, text.length - from, name) == 0;
    }

    /** Returns why a script does not compile; null if it does. */
    @Nullable
    String problem(Script script) {
        int top = stack.top();
        String problem = pushCompiled(script.text(), script.start(), Script.SOURCE) ? null : stack.text(-1);
        stack.top(top);
        return problem;
    }

    private boolean pushCompiled(byte[] text, int from, String name) {
        int reference = compiled.find(text);
        if (reference != 0) {
            natives.lua_rawgeti(stack.state(), natives.getRegistryIndex(), reference);
            return true;
        }
        if (!load(text, from, name)) {
            return false;
        }
        stack.pushCopy(GLOBALS);
        natives.lua_setfenv(stack.state(), -2);
        stack.pushCopy(-1);
        compiled.add(text, natives.luaL_ref(stack.state(), natives.getRegistryIndex()));
        return true;
    }

    /** Runs a script. The caller must close this interpreter if it {@linkplain #isReusable() is not reusable}. */
    void run(Script script, ScriptRun run) {
        redis.begin(run);
        try {
            begin("script", run);
            if (!pushCompiled(script.text(), script.start(), Script.SOURCE)) {
                run.reply().error("ERR Error compiling script (new function): " + stack.text(-1));
                return;
            }
            execute(0, run);
        } finally {
            end(run.name());
        }
    }

    /** Runs a function of a library. The library is loaded anew, so nothing is left in it from earlier runs. */
    void run(Library library, ScriptRun run) {
        redis.begin(null);
        try {
            String problem = register(library);
            if (problem != null) {
                throw new IllegalStateException(
                        "a library that was loaded once must load again: problem=" + problem + "; load it again");
            }
            redis.begin(run);
            begin("function", run);
            natives.lua_rawgeti(
                    stack.state(),
                    natives.getRegistryIndex(),
                    registry.reference(run.name().get()));
            RedisFunctions.pushArray(stack, run.keys());
            RedisFunctions.pushArray(stack, run.arguments());
            execute(2, run);
        } finally {
            registry.clear(stack);
            end(run.name());
        }
    }

    /** Loads a library, and notes its functions in it. Returns what is wrong; null if nothing is. */
    @Nullable
    String load(Library library) {
        redis.begin(null);
        try {
            String problem = register(library);
            library.functions().putAll(registry.functions());
            return problem;
        } finally {
            registry.clear(stack);
            end(library::name);
        }
    }

    private @Nullable String register(Library library) {
        begin("library", null);
        registry.begin();
        if (!pushCompiled(library.code(), library.start(), Library.SOURCE)) {
            return "Error compiling function: " + stack.text(-1);
        }
        int status = pcall(0, 0);
        registry.end();
        if (status != 0) {
            return "Error registering functions: " + RedisFunctions.errorText(stack);
        }
        return null;
    }

    private void begin(String kind, @Nullable ScriptRun run) {
        failure = null;
        math.reset(run == null ? 0 : run.random().nextInt());
        json.reset();
        stack.top(GLOBALS);
        stack.pushCopy(BEGIN);
        stack.push(kind);
        int arguments = 1;
        if (run != null && kind.equals("script")) {
            RedisFunctions.pushArray(stack, run.keys());
            RedisFunctions.pushArray(stack, run.arguments());
            arguments = 3;
        }
        natives.lua_pcall(stack.state(), arguments, 0, 0);
    }

    /** Calls the function below its arguments on the stack, and replies what it returns. */
    private void execute(int arguments, ScriptRun run) {
        int status = pcall(arguments, HANDLE_ERROR);
        throwFailure();
        if (status == 0) {
            LuaReplies.write(stack, run.reply(), redis.isResp3());
        } else {
            run.reply().error(RedisFunctions.finalError(stack, run));
        }
    }

    private int pcall(int arguments, int handler) {
        javaFrames = 0;
        try {
            return natives.lua_pcall(stack.state(), arguments, 1, handler);
        } finally {
            javaFrames = 1;
        }
    }

    private void throwFailure() {
        if (failure instanceof Error error) {
            spoiled = true;
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            spoiled = true;
            throw exception;
        }
    }

    /** Ends a run. Throws if it has exceeded its limits. */
    private void end(Supplier<String> name) {
        stack.top(GLOBALS);
        stack.pushCopy(FINISH);
        int status = natives.lua_pcall(stack.state(), 0, 1, 0);
        int left = status == 0 ? (int) stack.number(-1) : LEFT_TRACES;
        stack.top(GLOBALS);
        spoiled |= left != 0;
        if (left == 1) {
            throw new ScriptLimitException("a script must stay below " + MOST_STEPS + " instructions and "
                    + (MOST_KILOBYTES >> 10) + " MiB of memory, so all that it wrote is undone: script=" + name.get());
        }
    }

    /** Whether another run may use this interpreter. */
    boolean isReusable() {
        return !spoiled && !compiled.isFull();
    }

    @Override
    public void close() {
        lua.close();
    }
}
