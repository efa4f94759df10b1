package org.nr4j.topology;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;

/**
 * A binding that only remembers the cpus. A test can replace what happens when cpus are set. One thread at a time may
 * use it.
 */
final class FakeBinding implements CpuBinding {
    /** What the thread may run on; also all sets asked for, in order. */
    final BitSet current = new BitSet();

    final List<BitSet> asked = new ArrayList<>();

    private final Consumer<BitSet> setting;

    /** A thread that may run on these cpus, and a kernel that does as it is told. */
    static FakeBinding of(String cpus) {
        return new FakeBinding(cpus, /* setting= */ null);
    }

    /** A kernel that does something else. */
    static FakeBinding of(String cpus, Consumer<BitSet> setting) {
        return new FakeBinding(cpus, setting);
    }

    private FakeBinding(String cpus, Consumer<BitSet> setting) {
        this.setting = setting == null ? this::replace : setting;
        current.or(CpuList.parse(cpus, "cpus"));
    }

    @Override
    public BitSet get() {
        return (BitSet) current.clone();
    }

    @Override
    public void set(BitSet cpus) {
        asked.add((BitSet) cpus.clone());
        setting.accept(cpus);
    }

    private void replace(BitSet cpus) {
        current.clear();
        current.or(cpus);
    }
}
