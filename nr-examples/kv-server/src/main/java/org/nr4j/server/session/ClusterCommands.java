package org.nr4j.server.session;

import java.util.Map;
import org.nr4j.server.command.Command.Place;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.command.table.CommandTable;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.protocol.Numbers;
import org.nr4j.server.session.ConnectionCommands.SessionBody;

/** Commands on clusters, replicas and modules, of which the server has none. Tools ask before they rely on them. */
final class ClusterCommands {
    private static final int LAST_PORT = 65_535;

    private ClusterCommands() {}

    static void bind(Map<String, SessionBody> bodies) {
        CommandTable.instance().all().stream()
                .filter(command -> command.group().equals("cluster") && command.place() == Place.CONNECTION)
                .forEach(command -> bodies.put(command.name(), ClusterCommands::refuse));
        MemberCommands.bind(bodies);
        bodies.put("FAILOVER", ClusterCommands::failOver);
        bodies.put("REPLICAOF", ClusterCommands::replicate);
        bodies.put("SLAVEOF", ClusterCommands::replicate);
        bodies.put("MODULE", (session, args) -> {
            throw new CommandException("ERR wrong number of arguments for 'module' command");
        });
        bodies.put("MODULE|LIST", (session, args) -> session.out().array(0));
        bodies.put("MODULE|HELP", Help::run);
        bodies.put(
                "LOLWUT",
                (session, args) -> session.out()
                        .verbatim("nr4j, with the commands of Redis ver. " + ServerCommands.VERSION + "\n"));
    }

    private static void refuse(Session session, byte[][] args) {
        throw new CommandException("ERR This instance has cluster support disabled");
    }

    private static void failOver(Session session, byte[][] args) {
        boolean aborts = args.length == 2 && Ascii.is(args[1], "ABORT");
        throw new CommandException(
                aborts ? "ERR No failover in progress." : "ERR FAILOVER requires connected replicas.");
    }

    private static void replicate(Session session, byte[][] args) {
        if (Ascii.is(args[1], "NO") && Ascii.is(args[2], "ONE")) {
            session.out().ok();
            return;
        }
        if (!Numbers.isLong(args[2]) || Numbers.parseLong(args[2]) < 0 || Numbers.parseLong(args[2]) > LAST_PORT) {
            throw new CommandException("ERR Invalid master port");
        }
        throw new CommandException("ERR the server cannot be a replica. Only NO ONE is accepted");
    }
}
