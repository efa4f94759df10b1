package org.nr4j.server.session;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.cluster.Cluster;
import org.nr4j.server.cluster.ClusterStatus;
import org.nr4j.server.cluster.ClusterStatus.Member;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.protocol.ReplyWriter;
import org.nr4j.server.session.ConnectionCommands.SessionBody;

/**
 * What a member of a cluster answers about it. Each member has all keys. To clients that know clusters of Redis, the
 * leader is the master of all slots, and the others are its replicas.
 */
final class MemberCommands {
    private static final int LAST_SLOT = 16_383;

    private MemberCommands() {}

    static void bind(Map<String, SessionBody> bodies) {
        bodies.put(
                "CLUSTER|INFO",
                (session, args) -> session.out().verbatim(info(require(session).status())));
        bodies.put(
                "CLUSTER|NODES",
                (session, args) -> session.out().verbatim(nodes(require(session).status())));
        bodies.put(
                "CLUSTER|MYID",
                (session, args) ->
                        session.out().bulk(idOf(require(session).status().self())));
        bodies.put(
                "CLUSTER|SLOTS",
                (session, args) -> slots(session.out(), require(session).status()));
        bodies.put("CLUSTER|FAILOVER", MemberCommands::lead);
        bodies.put("READONLY", (session, args) -> readStale(session, true));
        bodies.put("READWRITE", (session, args) -> readStale(session, false));
    }

    private static Cluster require(Session session) {
        Cluster cluster = session.server().cluster();
        if (cluster == null) {
            throw new CommandException("ERR This instance has cluster support disabled");
        }
        return cluster;
    }

    private static void readStale(Session session, boolean stale) {
        require(session);
        session.readStale(stale);
        session.out().ok();
    }

    private static void lead(Session session, byte[][] args) {
        session.resumeAfter(require(session).lead(), failure -> {
            ReplyWriter reply = new ReplyWriter(64);
            Throwable cause = Agreement.causeOf(failure);
            if (cause == null) {
                reply.ok();
            } else {
                reply.error(String.valueOf(cause.getMessage()));
            }
            return reply;
        });
    }

    // ---- texts ----

    private static String info(ClusterStatus status) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("cluster_state", status.leader().isEmpty() ? "fail" : "ok");
        fields.put("cluster_slots_assigned", LAST_SLOT + 1);
        fields.put("cluster_slots_ok", status.leader().isEmpty() ? 0 : LAST_SLOT + 1);
        fields.put("cluster_known_nodes", status.members().size());
        fields.put("cluster_size", 1);
        fields.put("cluster_current_epoch", status.term());
        fields.putAll(fields(status));
        StringBuilder text = new StringBuilder();
        fields.forEach(
                (name, value) -> text.append(name).append(':').append(value).append("\r\n"));
        return text.toString();
    }

    /** Returns the fields that CLUSTER INFO and INFO have in common. */
    private static Map<String, Object> fields(ClusterStatus status) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("cluster_member", status.self());
        fields.put("cluster_leader", status.leader());
        fields.put("cluster_role", status.self().equals(status.leader()) ? "leader" : "follower");
        fields.put("cluster_age_millis", status.ageMillis());
        status.figures().forEach((name, value) -> fields.put("cluster_" + name, value));
        return fields;
    }

    /** The section of INFO. */
    static Map<String, Object> section(ServerState server) {
        Map<String, Object> fields = new LinkedHashMap<>();
        Cluster cluster = server.cluster();
        fields.put("cluster_enabled", cluster == null ? 0 : 1);
        if (cluster != null) {
            fields.putAll(fields(cluster.status()));
        }
        return fields;
    }

    private static String nodes(ClusterStatus status) {
        StringBuilder text = new StringBuilder();
        for (Member member : status.members()) {
            boolean leads = status.isLeader(member);
            text.append(idOf(member.name())).append(' ');
            text.append(member.resp().isEmpty() ? ":0" : member.resp())
                    .append("@0,")
                    .append(member.name())
                    .append(' ');
            text.append(member.name().equals(status.self()) ? "myself," : "");
            text.append(leads ? "master" : "slave")
                    .append(member.reachable() ? "" : ",fail?")
                    .append(' ');
            text.append(leads || status.leader().isEmpty() ? "-" : idOf(status.leader()));
            text.append(" 0 0 ").append(status.term()).append(member.reachable() ? " connected" : " disconnected");
            text.append(leads ? " 0-" + LAST_SLOT : "").append('\n');
        }
        return text.toString();
    }

    /** Returns the id of a member: 40 digits, as clients expect them. */
    private static String idOf(String name) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("a JDK must have SHA-1; use a complete one", e);
        }
    }

    // ---- slots ----

    private static @Nullable Member leaderOf(ClusterStatus status) {
        return status.members().stream()
                .filter(status::isLeader)
                .filter(member -> !member.resp().isEmpty())
                .findFirst()
                .orElse(null);
    }

    private static void slots(ReplyWriter out, ClusterStatus status) {
        Member leader = leaderOf(status);
        if (leader == null) {
            out.array(0);
            return;
        }
        List<Member> nodes = new ArrayList<>(List.of(leader));
        status.members().stream()
                .filter(member -> !member.equals(leader) && !member.resp().isEmpty())
                .forEach(nodes::add);
        out.array(1);
        out.array(2 + nodes.size());
        out.integer(0);
        out.integer(LAST_SLOT);
        for (Member node : nodes) {
            int colon = node.resp().lastIndexOf(':');
            out.array(3);
            out.bulk(Ascii.bytes(node.resp().substring(0, colon)));
            out.integer(Long.parseLong(node.resp().substring(colon + 1)));
            out.bulk(idOf(node.name()));
        }
    }
}
