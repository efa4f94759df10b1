package org.nr4j.topology;

import java.util.BitSet;

/** The two native calls that placement needs, for the calling thread; an interface, so that tests can make them fail. */
interface CpuBinding {
    /** The cpus that the calling thread may run on; empty if they cannot be known. */
    BitSet get();

    /** Lets the calling thread run on these cpus only, or throws whatever the native library throws. */
    void set(BitSet cpus);
}
