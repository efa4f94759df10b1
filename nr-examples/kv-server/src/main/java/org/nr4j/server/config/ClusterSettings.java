package org.nr4j.server.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The parameters of a member of a cluster.
 *
 * @param engine what makes the members agree, such as {@code raft}
 * @param id the name of the member
 * @param peers the addresses of all members for each other, by name
 * @param timeoutMillis how long a request may take
 * @param lease whether a leader trusts its clock for reads
 * @param electionMillis after how long without a leader a member asks for an election, at least
 * @param snapshotEntries after how many entries of the log a member writes a snapshot
 */
public record ClusterSettings(
        String engine,
        String id,
        Map<String, Peer> peers,
        long timeoutMillis,
        boolean lease,
        long electionMillis,
        long snapshotEntries) {
    private static final int MOST_PEERS = 100;

    /** The address of a member for other members. */
    public record Peer(String host, int port) {
        @Override
        public String toString() {
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
        }
    }

    static ClusterSettings of(Settings settings) {
        return new ClusterSettings(
                settings.text("cluster"),
                settings.text("id"),
                parsePeers(settings.text("peers")),
                Long.parseLong(settings.text("cluster-timeout")),
                settings.text("cluster-lease").equals("yes"),
                Long.parseLong(settings.text("cluster-election-timeout")),
                Long.parseLong(settings.text("cluster-snapshot-entries")));
    }

    private static Map<String, Peer> parsePeers(String text) {
        Map<String, Peer> peers = new TreeMap<>();
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            int colon = part.lastIndexOf(':');
            if (equals <= 0 || colon <= equals + 1 || !part.substring(colon + 1).matches("[1-9][0-9]{0,4}")) {
                throw new IllegalArgumentException("peers must be NAME=HOST:PORT, separated by commas: peers=" + text
                        + " part=" + part + "; write --peers a=127.0.0.1:7001,b=127.0.0.1:7002,c=127.0.0.1:7003");
            }
            String name = part.substring(0, equals);
            if (!name.matches("[A-Za-z0-9_-]{1,64}") || peers.containsKey(name)) {
                throw new IllegalArgumentException("each member must have a name of its own, of up to 64 letters, "
                        + "digits, - and _: peers=" + text + " name=" + name + "; give it another name");
            }
            String host = part.substring(equals + 1, colon).replaceAll("^\\[(.*)]$", "$1");
            peers.put(name, new Peer(host, Integer.parseInt(part.substring(colon + 1))));
        }
        return peers;
    }

    /** Checks what concerns several parameters. */
    void requireConsistent(Settings settings) {
        if (!peers.containsKey(id)) {
            throw new IllegalArgumentException("a member must be one of the peers: id=" + id + " peers="
                    + settings.text("peers") + "; give it the name of one of them by --id");
        }
        if (peers.size() > MOST_PEERS) {
            throw new IllegalArgumentException("a cluster must have at most " + MOST_PEERS + " members: members="
                    + peers.size() + "; leave members out");
        }
        if (settings.text("appendonly").equals("yes")
                && !settings.text("appendfsync").equals("everysec")) {
            throw new IllegalArgumentException("a member keeps a log of its own, which is on the disk before a reply: "
                    + "appendfsync=" + settings.text("appendfsync") + "; leave appendfsync and appendonly out");
        }
        if (!settings.text("maxmemory-policy").equals("noeviction")) {
            throw new IllegalArgumentException("a cluster must not evict keys: maxmemory-policy="
                    + settings.text("maxmemory-policy") + "; leave it out, or set it to noeviction");
        }
        requireSecure(settings);
    }

    private void requireSecure(Settings settings) {
        if (settings.text("cluster-insecure").equals("yes")) {
            return;
        }
        List<String> open = new ArrayList<>();
        peers.forEach((name, peer) -> {
            if (!isLoopback(peer.host)) {
                open.add(name + "=" + peer);
            }
        });
        if (!open.isEmpty()) {
            throw new IllegalArgumentException(
                    "members speak without encryption and passwords, so their addresses must "
                            + "be loopback: peers=" + String.join(",", open)
                            + "; add --cluster-insecure yes if nobody else can reach their network");
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Returns the place of the member among the names of all members, in order. */
    public int position() {
        return new ArrayList<>(peers.keySet()).indexOf(id);
    }
}
