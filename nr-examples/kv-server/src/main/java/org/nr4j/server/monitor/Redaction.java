package org.nr4j.server.monitor;

import org.nr4j.server.command.Command;
import org.nr4j.server.protocol.Ascii;

/** Requests without their secrets, for those who look at what others do. */
public final class Redaction {
    private static final byte[] HIDDEN = Ascii.bytes("(redacted)");

    private Redaction() {}

    /** Returns the arguments of a request, with passwords replaced. */
    public static byte[][] of(Command command, byte[][] arguments) {
        return switch (command.name()) {
            case "AUTH" -> hidden(arguments, 1, arguments.length);
            case "ACL|SETUSER" -> hidden(arguments, 2, arguments.length);
            case "HELLO" -> hello(arguments);
            case "CONFIG|SET" -> configuration(arguments);
            default -> arguments;
        };
    }

    private static byte[][] hidden(byte[][] arguments, int from, int to) {
        byte[][] shown = arguments.clone();
        for (int i = from; i < Math.min(to, shown.length); i++) {
            shown[i] = HIDDEN;
        }
        return shown;
    }

    private static byte[][] hello(byte[][] arguments) {
        for (int i = 2; i < arguments.length; i++) {
            if (Ascii.is(arguments[i], "AUTH")) {
                return hidden(arguments, i + 1, i + 3);
            }
        }
        return arguments;
    }

    private static byte[][] configuration(byte[][] arguments) {
        byte[][] shown = arguments;
        for (int i = 2; i + 1 < arguments.length; i += 2) {
            if (Ascii.is(arguments[i], "REQUIREPASS")) {
                shown = hidden(shown, i + 1, i + 2);
            }
        }
        return shown;
    }
}
