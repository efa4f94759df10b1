package org.nr4j.server.session;

import org.nr4j.server.command.CommandException;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.protocol.Numbers;
import org.nr4j.server.protocol.ReplyWriter;

/** The command HELLO. */
final class Hello {
    private Hello() {}

    static void run(Session session, byte[][] args) {
        int version = session.info().resp3 ? 3 : 2;
        if (args.length > 1) {
            version = version(args[1]);
        }
        byte[] name = null;
        for (int i = 2; i < args.length; i++) {
            if (Ascii.is(args[i], "AUTH") && i + 2 < args.length) {
                ConnectionCommands.logIn(session, args[0], args[i + 1], args[i + 2]);
                i += 2;
            } else if (Ascii.is(args[i], "SETNAME") && i + 1 < args.length) {
                name = ClientCommands.requireName(args[++i]);
            } else {
                throw new CommandException("ERR Syntax error in HELLO option '" + Ascii.text(args[i]) + "'");
            }
        }
        if (!session.isLoggedIn()) {
            throw new CommandException("NOAUTH HELLO must be called with the client already authenticated, otherwise "
                    + "the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select "
                    + "the RESP protocol version at the same time");
        }
        if (name != null) {
            session.info().name = Ascii.text(name);
        }
        session.info().resp3 = version == 3;
        reply(session, version);
    }

    private static int version(byte[] text) {
        if (!Numbers.isLong(text)) {
            throw new CommandException("ERR Protocol version is not an integer or out of range");
        }
        long version = Numbers.parseLong(text);
        if (version < 2 || version > 3) {
            throw new CommandException("NOPROTO unsupported protocol version");
        }
        return (int) version;
    }

    private static void reply(Session session, int version) {
        ReplyWriter out = session.out().resp3(session.info().resp3);
        out.map(7);
        out.bulk("server");
        out.bulk("redis");
        out.bulk("version");
        out.bulk(ServerCommands.VERSION);
        out.bulk("proto");
        out.integer(version);
        out.bulk("id");
        out.integer(session.info().id);
        out.bulk("mode");
        out.bulk(session.server().settings().cluster() == null ? "standalone" : "cluster");
        out.bulk("role");
        out.bulk("master");
        out.bulk("modules");
        out.array(0);
    }
}
