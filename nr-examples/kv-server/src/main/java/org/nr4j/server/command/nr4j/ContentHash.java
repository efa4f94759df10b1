package org.nr4j.server.command.nr4j;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Objects;
import org.nr4j.server.type.HashData;
import org.nr4j.server.type.HashData.Field;
import org.nr4j.server.type.Keyspace;
import org.nr4j.server.type.ListData;
import org.nr4j.server.type.SetData;
import org.nr4j.server.type.SortedSetData;
import org.nr4j.server.type.SortedSetData.Member;
import org.nr4j.server.type.Type;
import org.nr4j.server.type.stream.StreamData;
import org.nr4j.server.type.stream.StreamEntry;
import org.nr4j.server.type.stream.StreamGroup;
import org.nr4j.server.type.stream.StreamId;

/**
 * The sum of the SHA-256 of keys with their values and expiries, modulo 2^256. Servers with equal data have equal sums,
 * whatever their history. The times of consumers of streams, and of deliveries, do not count.
 */
final class ContentHash {
    private static final int BITS = 256;

    private final Keyspace keyspace;
    private final int database;
    private final MessageDigest digest = sha256();
    private BigInteger sum = BigInteger.ZERO;

    ContentHash(Keyspace keyspace, int database) {
        this.keyspace = keyspace;
        this.database = database;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform must have SHA-256: " + e, e);
        }
    }

    /** Adds a key, which exists. */
    void add(byte[] key) {
        Type type = Objects.requireNonNull(keyspace.type(database, key));
        bytes(key);
        digest.update(type.code());
        number(keyspace.expiry(database, key));
        switch (type) {
            case STRING -> bytes(Objects.requireNonNull(keyspace.string(database, key)));
            case LIST -> list(new ListData(keyspace, database, key));
            case HASH -> hash(new HashData(keyspace, database, key));
            case SET -> new SetData(keyspace, database, key).members().forEach(this::bytes);
            case SORTED_SET -> sortedSet(new SortedSetData(keyspace, database, key));
            case STREAM -> stream(new StreamData(keyspace, database, key));
        }
        sum = sum.add(new BigInteger(1, digest.digest())).mod(BigInteger.ONE.shiftLeft(BITS));
    }

    /** Returns the sum in 64 hexadecimal digits, the highest first. */
    String sum() {
        return String.format("%064x", sum);
    }

    private void bytes(byte[] bytes) {
        number(bytes.length);
        digest.update(bytes);
    }

    private void number(long number) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    }

    private void list(ListData list) {
        list.range(0, list.size() - 1).forEach(this::bytes);
    }

    private void hash(HashData hash) {
        for (Field field : hash.fields()) {
            bytes(field.name());
            bytes(field.value());
            number(hash.expiry(field.name()));
        }
    }

    private void sortedSet(SortedSetData set) {
        for (Member member : set.members()) {
            bytes(member.name());
            number(Double.doubleToLongBits(member.score()));
        }
    }

    private void stream(StreamData stream) {
        text(stream.lastId() + " " + stream.maxDeletedId() + " " + stream.entriesAdded());
        for (StreamEntry entry : stream.after(StreamId.MIN, Integer.MAX_VALUE)) {
            text(entry.id().toString());
            number(entry.fields().size());
            entry.fields().forEach(this::bytes);
        }
        for (StreamGroup group : stream.groups()) {
            bytes(group.name());
            text(group.lastId() + " " + group.entriesRead());
            pending(group);
        }
    }

    private void pending(StreamGroup group) {
        List<StreamGroup.Consumer> consumers = group.consumers();
        number(consumers.size());
        consumers.forEach(consumer -> bytes(consumer.name()));
        number(group.pendingCount());
        for (StreamGroup.Pending pending : group.pending(StreamId.MIN, StreamId.MAX, Integer.MAX_VALUE)) {
            text(pending.id() + " " + pending.deliveries());
            bytes(pending.consumer());
        }
    }

    private void text(String text) {
        bytes(text.getBytes(StandardCharsets.US_ASCII));
    }
}
