package org.nr4j.server.cluster;

import java.util.List;
import java.util.Map;

/**
 * What a member knows of its cluster.
 *
 * @param self the name of the member
 * @param leader the name of the leader; empty if the member knows none
 * @param term the number of the last election that the member knows of
 * @param members all members, by name
 * @param ageMillis how long ago the member was known to have all writes: 0 for a leader, -1 if that was never
 * @param figures further numbers, by the names that INFO gives them
 */
public record ClusterStatus(
        String self, String leader, long term, List<Member> members, long ageMillis, Map<String, Number> figures) {
    /**
     * A member.
     *
     * @param peer its address for other members, as HOST:PORT
     * @param resp its address for Redis clients, as HOST:PORT; empty while it is not known
     * @param http its address for HTTP, as HOST:PORT; empty if there is none, or it is not known
     * @param reachable whether the member was heard of lately, as far as this member knows
     */
    public record Member(String name, String peer, String resp, String http, boolean reachable) {}

    /** Whether a member is the leader. */
    public boolean isLeader(Member member) {
        return member.name().equals(leader);
    }
}
