package org.nr4j.kv.durable;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a check found in a store's directory, up to the first damage. Immutable.
 *
 * @param base the name of the snapshot's file, with which the contents start; null if they start empty
 * @param entries how many entries the snapshot has
 * @param segments how many files of the log have records
 * @param records how many records they have
 * @param values how many values in files the snapshot and the records name
 * @param writes how many writes the records have, by kind; an atomic batch is one write
 * @param procedures how many of them are calls of procedures, by name
 * @param tornBytes the bytes that a crash left half-written at the end of the log; no write that was on the disk is in
 *     them
 * @param damage what is not as the store wrote it; if there is none, the store can be opened, and all values can be
 *     read
 */
public record StoreReport(
        @Nullable String base,
        long entries,
        long segments,
        long records,
        long values,
        SortedMap<String, Long> writes,
        SortedMap<String, Long> procedures,
        long tornBytes,
        List<DamagedLogException> damage) {
    /** Copies the maps and the list. */
    public StoreReport {
        writes = Collections.unmodifiableSortedMap(new TreeMap<>(writes));
        procedures = Collections.unmodifiableSortedMap(new TreeMap<>(procedures));
        damage = List.copyOf(damage);
    }

    /** Whether nothing is damaged. */
    public boolean isIntact() {
        return damage.isEmpty();
    }

    /** Returns the report as lines of text for people. */
    @Override
    public String toString() {
        StringJoiner lines = new StringJoiner(System.lineSeparator());
        lines.add("snapshot: " + (base == null ? "none" : base + " entries=" + entries));
        lines.add("log: segments=" + segments + " records=" + records);
        lines.add("values in files: " + values);
        lines.add("writes: " + writes);
        lines.add("calls of procedures: " + procedures);
        lines.add("torn tail: bytes=" + tornBytes);
        if (damage.isEmpty()) {
            lines.add("damage: none");
        }
        damage.forEach(each -> lines.add("damage: " + each.getMessage()));
        return lines.toString();
    }
}
