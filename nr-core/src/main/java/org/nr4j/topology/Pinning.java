package org.nr4j.topology;

import java.util.BitSet;
import net.openhft.affinity.Affinity;

/**
 * The binding of threads through net.openhft:affinity, which is an optional library.
 *
 * <p>No other class refers to that library. The first call loads it, with JNA and its native code. So {@link Placer}
 * makes an instance only when a thread is to be bound.
 *
 * <p>This class uses none of the library's locks, thread factories and cpu layouts. They know no NUMA nodes. They fail
 * where the process may use only some cpus of the machine.
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
