package org.nr4j.examples.ycsb;

/** The operations of a client, by YCSB's names. */
enum Operation {
    READ("READ"),
    UPDATE("UPDATE"),
    INSERT("INSERT"),
    SCAN("SCAN"),
    READ_MODIFY_WRITE("READ-MODIFY-WRITE");

    private final String label;

    Operation(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }
}
