/** Node replication: concurrent structures from sequential ones. */
module org.nr4j {
    exports org.nr4j;
    exports org.nr4j.cnr;
    exports org.nr4j.kv;
    exports org.nr4j.topology;

    requires static transitive org.jspecify;
    // An automatic module; it does not name the modules it needs, hence org.slf4j here.
    requires affinity;
    requires org.slf4j;
    requires org.jctools.core.jdk11;
    requires jdk.jfr;
}
