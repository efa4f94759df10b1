package org.nr4j.topology;

import java.util.BitSet;
import net.openhft.affinity.Affinity;

/**
 * Binds threads through net.openhft.affinity. Nothing else may refer to that library, and nobody may load this class before a thread is to
 * be bound: loading it loads JNA and its native code. The library's locks, thread factories and cpu layouts are not used: they know no NUMA
 * nodes, and fail where the process may use some of the machine's cpus only.
 */
final class Pinning implements CpuBinding {
    @Override
    public BitSet get() {
        return Affinity.getAffinity();
    }

    @Override
    public void set(BitSet cpus) {
        Affinity.setAffinity(cpus);
    }
}
