/** Node replication: concurrent structures from sequential ones. */
module org.nr4j {
    exports org.nr4j;
    exports org.nr4j.cnr;
    exports org.nr4j.kv;
    exports org.nr4j.kv.durable;
    exports org.nr4j.kv.reconcile;
    exports org.nr4j.kv.replication;
    exports org.nr4j.kv.transaction;
    exports org.nr4j.topology;

    requires static transitive org.jspecify;
    // Optional: only a program that places threads needs it. It is an automatic module.
    requires static affinity;
    requires jdk.jfr;
}
