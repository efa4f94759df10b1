package org.nr4j.server.script;

import org.nr4j.server.protocol.ReplyWriter;

/** Runs the commands that a script calls, for one run of the script. */
public interface CommandCaller {
    /**
     * Runs a command, and writes its reply.
     *
     * @throws CallRefusedException if a script may not run the command
     */
    void call(byte[][] request, ReplyWriter reply);

    /** Whether there is such a command. */
    boolean isCommand(byte[][] request);

    /** Whether the user of the script may run a command. */
    boolean isAllowed(byte[][] request);

    /** A command that a script may not run. */
    final class CallRefusedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        /** Creates an exception; the text has no code. */
        public CallRefusedException(String text) {
            super(text, null, false, false);
        }
    }
}
