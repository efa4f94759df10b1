package org.nr4j.topology;

import java.util.BitSet;

/** The two native calls that placement needs. Both concern the calling thread. Tests replace them to make them fail. */
interface CpuBinding {
    /** Returns the cpus on which the calling thread may run; empty if the library cannot determine them. */
    BitSet get();

    /** Lets the calling thread run on these cpus only. Throws whatever the native library throws. */
    void set(BitSet cpus);
}
