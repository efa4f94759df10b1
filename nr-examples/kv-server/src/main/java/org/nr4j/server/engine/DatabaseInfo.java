package org.nr4j.server.engine;

import java.util.ArrayList;
import java.util.List;
import org.nr4j.server.type.Keyspace;

/**
 * What INFO tells of a database.
 *
 * @param keys the number of keys
 * @param expiring how many of them expire: exact up to 1000 keys, else an estimate from a sample of so many
 * @param averageMillis how long the keys of the sample that expire have left, on average
 */
public record DatabaseInfo(int number, long keys, long expiring, long averageMillis) {
    private static final int SAMPLE = 1_000;

    /** Returns all databases that have keys. */
    static List<DatabaseInfo> all(Keyspace keyspace) {
        List<DatabaseInfo> databases = new ArrayList<>();
        for (int database = 0; database < Keyspace.DATABASES; database++) {
            long keys = keyspace.size(database);
            if (keys > 0) {
                databases.add(of(keyspace, database, keys));
            }
        }
        return databases;
    }

    private static DatabaseInfo of(Keyspace keyspace, int database, long keys) {
        long sample = Math.min(keys, SAMPLE);
        long expiring = 0;
        long millis = 0;
        for (long i = 0; i < sample; i++) {
            byte[] key = keyspace.keyAt(database, i * keys / sample);
            long expiry = keyspace.expiry(database, key);
            if (expiry != Keyspace.NEVER) {
                expiring++;
                millis += Math.max(0, expiry - keyspace.now());
            }
        }
        return new DatabaseInfo(
                database, keys, Math.round(expiring * (double) keys / sample), expiring == 0 ? 0 : millis / expiring);
    }
}
