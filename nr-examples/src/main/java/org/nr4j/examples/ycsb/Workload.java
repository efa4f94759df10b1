package org.nr4j.examples.ycsb;

import java.util.EnumMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The core workloads, by YCSB's definitions, and the phase that loads the records. */
enum Workload {
    LOAD("load", Choice.ZIPFIAN, Map.of(Operation.INSERT, 100)),
    A("update heavy", Choice.ZIPFIAN, Map.of(Operation.READ, 50, Operation.UPDATE, 50)),
    B("read mostly", Choice.ZIPFIAN, Map.of(Operation.READ, 95, Operation.UPDATE, 5)),
    C("read only", Choice.ZIPFIAN, Map.of(Operation.READ, 100)),
    D("read latest", Choice.LATEST, Map.of(Operation.READ, 95, Operation.INSERT, 5)),
    E("short ranges", Choice.ZIPFIAN, Map.of(Operation.SCAN, 95, Operation.INSERT, 5)),
    F("read-modify-write", Choice.ZIPFIAN, Map.of(Operation.READ, 50, Operation.READ_MODIFY_WRITE, 50));

    /** How many records a scan asks for at most. */
    static final int LONGEST_SCAN = 100;

    /** How the records of operations are chosen. */
    enum Choice {
        ZIPFIAN,
        LATEST
    }

    private final String title;
    private final Choice choice;
    private final Map<Operation, Integer> percent;

    Workload(String title, Choice choice, Map<Operation, Integer> percent) {
        this.title = title;
        this.choice = choice;
        this.percent = new EnumMap<>(percent);
    }

    String title() {
        return title;
    }

    Choice choice() {
        return choice;
    }

    /** Returns the operations, and how many of 100 each is. */
    Map<Operation, Integer> percent() {
        return percent;
    }

    Operation nextOperation(RandomGenerator random) {
        int rest = random.nextInt(100);
        for (Map.Entry<Operation, Integer> entry : percent.entrySet()) {
            rest -= entry.getValue();
            if (rest < 0) {
                return entry.getKey();
            }
        }
        throw new AssertionError("percentages must add up to 100: " + this + "=" + percent);
    }

    /** Returns how many records the next scan asks for, from a uniform distribution. */
    static int nextScanLength(RandomGenerator random) {
        return 1 + random.nextInt(LONGEST_SCAN);
    }

    /** Returns how many records there may be after this many operations: twice the expected number, as in YCSB. */
    long mostRecords(long before, long operations) {
        return before + 2 * operations * percent.getOrDefault(Operation.INSERT, 0) / 100;
    }
}
