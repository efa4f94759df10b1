package org.nr4j.examples.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.nr4j.examples.demo.Contender.Access;
import org.nr4j.examples.demo.Subject.Measure;

/** Checks after the run that every operation took effect once, everywhere. One thread at a time may use it. */
final class Verification {
    private final List<String> lines = new ArrayList<>();
    private boolean ok = true;

    /** Returns the lines to print. */
    List<String> lines() {
        return lines;
    }

    boolean isOk() {
        return ok;
    }

    /** Checks that all replicas have the same contents. */
    void replicasAreEqual(List<Long> digests) {
        boolean equal = digests.stream().distinct().count() == 1;
        String detail = digests.size() == 1 ? "1 replica" : digests.size() + " replicas";
        check(equal, "replicas are equal", detail + ", digest " + hex(digests.get(0)), "digests " + hex(digests));
    }

    /** Checks that as many writes were appended and applied as threads got answers for. */
    void everyWriteWasAppended(long issued, long appended) {
        String numbers = String.format(Locale.ROOT, "%,d issued, %,d appended", issued, appended);
        check(issued == appended, "every write was appended once", numbers, numbers);
    }

    /** Checks that the contents are those of the beginning plus what the threads' writes added. */
    void contentsAddUp(String name, Account before, Account written, Account after) {
        Account expected = new Account(before.count(), before.checksum());
        expected.addAll(written);
        String found = String.format(Locale.ROOT, "count %,d", after.count());
        String wrong = String.format(
                Locale.ROOT,
                "expected count %,d and checksum %s, found count %,d and checksum %s",
                expected.count(),
                hex(expected.checksum()),
                after.count(),
                hex(after.checksum()));
        check(expected.isEqualTo(after), "contents add up under " + name, found, wrong);
    }

    private void check(boolean holds, String what, String detail, String wrong) {
        lines.add(holds ? "ok      " + what + ": " + detail : "FAILED  " + what + ": " + wrong);
        ok &= holds;
    }

    /** Returns the account of everything in a structure. No operation may run meanwhile. */
    static <R, W> Account accountOf(Contender<R, W> contender, Subject<R, W> subject) {
        try (Access<R, W> access = contender.open()) {
            return new Account(
                    access.read(subject.measuring(Measure.COUNT)), access.read(subject.measuring(Measure.CHECKSUM)));
        }
    }

    private static String hex(long number) {
        return String.format(Locale.ROOT, "%016x", number);
    }

    private static String hex(List<Long> numbers) {
        return numbers.stream().map(Verification::hex).toList().toString();
    }
}
