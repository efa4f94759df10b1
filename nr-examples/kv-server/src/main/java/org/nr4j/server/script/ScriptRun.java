package org.nr4j.server.script;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.nr4j.server.protocol.ReplyWriter;

/**
 * One run of a script or of a function.
 *
 * @param name returns the function, or the SHA-1 of the script; for messages
 * @param caller runs the commands that the script calls
 * @param random seeds the script's random numbers
 * @param reply where the reply goes
 */
public record ScriptRun(
        Supplier<String> name,
        List<byte[]> keys,
        List<byte[]> arguments,
        CommandCaller caller,
        SplittableRandom random,
        ReplyWriter reply) {}
