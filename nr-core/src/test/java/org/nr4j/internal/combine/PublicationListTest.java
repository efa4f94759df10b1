package org.nr4j.internal.combine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.nr4j.testing.ConcurrentRun;

class PublicationListTest {
    private final PublicationList list = new PublicationList();

    private static Request request(Object op) {
        return new Request(op);
    }

    private static List<Object> ops(Request newest) {
        List<Object> ops = new ArrayList<>();
        for (Request request = newest; request != null; request = request.next) {
            Object[] op = new Object[1];
            request.putInto(op, new Request[1], 0);
            ops.add(op[0]);
        }
        return ops;
    }

    @Test
    void takeAll_answersNewestFirst_andEmptiesTheList() {
        assertThat(list.isEmpty()).isTrue();
        assertThat(list.takeAll()).isNull();
        list.publish(request(1));
        list.publish(request(2));
        assertThat(list.isEmpty()).isFalse();
        assertThat(ops(list.takeAll())).containsExactly(2, 1);
        assertThat(list.isEmpty()).isTrue();
    }

    @Test
    void tryClose_refusesWhileSomethingIsPublished_thenRefusesPublishers() {
        list.publish(request(1));
        assertThat(list.tryClose()).isFalse();
        list.takeAll();
        assertThat(list.tryClose()).isTrue();
        assertThat(list.publish(request(2))).isFalse();
        assertThat(list.isEmpty()).isTrue();
        assertThat(list.takeAll()).isNull();
    }

    /** Each request is taken once or refused, never both, whatever moment the list is closed at. */
    @Test
    void publishersAgainstTheCombiner_eachIsTakenOnceOrRefused() throws InterruptedException {
        AtomicInteger refused = new AtomicInteger();
        List<Object> taken = new ArrayList<>();
        int each = 2_000;
        new ConcurrentRun()
                .threads(3, publisher -> {
                    for (int n = 0; n < each; n++) {
                        if (!list.publish(request(publisher * each + n))) {
                            refused.incrementAndGet();
                        }
                    }
                })
                .threads(1, combiner -> {
                    while (taken.size() < each) {
                        taken.addAll(ops(list.takeAll()));
                    }
                    while (!list.tryClose()) {
                        taken.addAll(ops(list.takeAll()));
                    }
                })
                .run();
        assertThat(taken).doesNotHaveDuplicates();
        assertThat(taken.size() + refused.get()).isEqualTo(3 * each);
    }
}
