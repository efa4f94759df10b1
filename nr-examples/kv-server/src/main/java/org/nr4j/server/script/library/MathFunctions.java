package org.nr4j.server.script.library;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nr4j.server.script.lua.Arguments;
import org.nr4j.server.script.lua.Builtin;
import org.nr4j.server.script.lua.LuaStack;
import org.nr4j.server.script.lua.ScriptException;

/** The functions of {@code math} that Redis replaces: random numbers. */
public final class MathFunctions {
    private static final double RANGE = Integer.MAX_VALUE;

    private final Lrand48 random = new Lrand48();

    /** Begins a run with random numbers of its own. */
    public void reset(int seed) {
        random.seed(seed);
    }

    /** Returns the functions by their names. */
    public Map<String, Builtin> functions() {
        Map<String, Builtin> functions = new LinkedHashMap<>();
        functions.put("random", this::random);
        functions.put("randomseed", stack -> {
            random.seed((int) new Arguments(stack, "randomseed").integer(1));
            return 0;
        });
        return functions;
    }

    private int random(LuaStack stack) {
        Arguments arguments = new Arguments(stack, "random");
        double fraction = random.next() % Integer.MAX_VALUE / RANGE;
        int count = stack.top();
        if (count > 2) {
            throw ScriptException.of("wrong number of arguments");
        }
        if (count == 0) {
            stack.push(fraction);
            return 1;
        }
        int low = count == 1 ? 1 : (int) arguments.integer(1);
        int high = (int) arguments.integer(count);
        if (low > high) {
            throw arguments.wrong(count, "interval is empty");
        }
        stack.push(Math.floor(fraction * (high - low + 1)) + low);
        return 1;
    }
}
