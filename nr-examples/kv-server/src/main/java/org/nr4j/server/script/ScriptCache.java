package org.nr4j.server.script;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The texts of the scripts that a server knows, by their SHA-1. For any number of threads. */
public final class ScriptCache {
    private final Map<String, byte[]> texts = new ConcurrentHashMap<>();

    /** The same texts, so that a script that runs often is found without its SHA-1. */
    private final Set<ByteBuffer> known = ConcurrentHashMap.newKeySet();

    /**
     * Adds a script.
     *
     * @return its SHA-1
     * @throws IllegalArgumentException if it is wrong or does not compile
     */
    public String add(byte[] text) {
        String sha1 = Script.sha1(text);
        if (!texts.containsKey(sha1)) {
            String problem = Scripts.problem(Script.of(text));
            if (problem != null) {
                throw new IllegalArgumentException("Error compiling script (new function): " + problem);
            }
            texts.put(sha1, text);
            known.add(ByteBuffer.wrap(text));
        }
        return sha1;
    }

    /** Adds a script if it compiles. */
    public void addIfValid(byte[] text) {
        try {
            if (!known.contains(ByteBuffer.wrap(text))) {
                add(text);
            }
        } catch (IllegalArgumentException | Scripts.UnavailableException e) {
            // The run of the script answers the error.
        }
    }

    /** Returns the text of a script, or null. */
    public byte @Nullable [] find(String sha1) {
        return texts.get(sha1);
    }

    /** Removes all scripts. */
    public void clear() {
        known.clear();
        texts.clear();
    }
}
