package org.nr4j.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RequestDecoderTest {
    private static final int LONGEST = 1 << 20;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static List<List<String>> decode(byte[] input, int... cuts) {
        List<List<String>> requests = new ArrayList<>();
        RequestDecoder decoder = decoder(requests);
        int from = 0;
        for (int cut : cuts) {
            decoder.feed(Unpooled.wrappedBuffer(input, from, cut - from));
            from = cut;
        }
        decoder.feed(Unpooled.wrappedBuffer(input, from, input.length - from));
        return requests;
    }

    private static RequestDecoder decoder(List<List<String>> requests) {
        return new RequestDecoder(
                request -> requests.add(Arrays.stream(request)
                        .map(argument -> new String(argument, StandardCharsets.ISO_8859_1))
                        .toList()),
                LONGEST,
                2 * LONGEST);
    }

    @Test
    void everyCut_givesTheSameRequests() {
        byte[] input =
                bytes("*2\r\n$4\r\nECHO\r\n$5\r\na\r\nbc\r\n*0\r\nPING \"x y\"\r\n\r\n*1\r\n$0\r\n\r\n*-1\r\nGET a\n");
        List<List<String>> expected =
                List.of(List.of("ECHO", "a\r\nbc"), List.of("PING", "x y"), List.of(""), List.of("GET", "a"));
        for (int first = 0; first <= input.length; first++) {
            for (int second = first; second <= input.length; second++) {
                assertThat(decode(input, first, second)).isEqualTo(expected);
            }
        }
    }

    @Test
    void randomRequests_survivePipelinesAndCuts() {
        Random random = new Random(19);
        for (int round = 0; round < 300; round++) {
            List<List<String>> expected = new ArrayList<>();
            ByteArrayOutputStream input = new ByteArrayOutputStream();
            for (int i = random.nextInt(8); i >= 0; i--) {
                List<String> request = new ArrayList<>();
                for (int k = random.nextInt(5); k >= 0; k--) {
                    byte[] argument = new byte[random.nextInt(random.nextInt(20) == 0 ? 100_000 : 30)];
                    random.nextBytes(argument);
                    request.add(new String(argument, StandardCharsets.ISO_8859_1));
                }
                expected.add(request);
                input.writeBytes(bytes("*" + request.size() + "\r\n"));
                request.forEach(word -> input.writeBytes(bytes("$" + word.length() + "\r\n" + word + "\r\n")));
            }
            int[] cuts = random.ints(5, 0, input.size() + 1).sorted().toArray();
            assertThat(decode(input.toByteArray(), cuts)).isEqualTo(expected);
        }
    }

    /** Bytes that look like requests: whatever they are, the decoder gives requests or refuses them. */
    @Test
    void randomBytes_neverCauseAnotherException() {
        String[] pieces = {
            "*", "$", "\r\n", "\n", "\r", "1", "2", "3", "-1", "99999999999", "GET", "\"", "'", "\\x", "\0", " "
        };
        Random random = new Random(7);
        int refused = 0;
        int requests = 0;
        for (int round = 0; round < 50_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(20); i >= 0; i--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            byte[] input = bytes(text.toString());
            try {
                requests += decode(input, random.nextInt(input.length + 1)).size();
            } catch (ProtocolException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(1_000);
        assertThat(requests).isGreaterThan(1_000);
    }

    @Test
    void announcedLength_costsNothingBeforeItsBytesCome() {
        List<RequestDecoder> decoders = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            RequestDecoder decoder = decoder(new ArrayList<>());
            decoder.feed(Unpooled.wrappedBuffer(bytes("*1048576\r\n$" + LONGEST + "\r\nx")));
            decoders.add(decoder);
        }
        assertThat(decoders).hasSize(2_000); // with the announced lengths, they would have 2 GB
    }

    @Test
    void caps_refuseTooMuch() {
        assertRefused("*1048577\r\n", "Protocol error: invalid multibulk length");
        assertRefused("*1\r\n$1048577\r\n", "Protocol error: invalid bulk length");
        assertRefused("*1\r\n:1\r\n", "Protocol error: expected '$', got ':'");
        assertRefused("a".repeat(RequestDecoder.LONGEST_LINE + 1), "Protocol error: too big inline request");
        assertRefused("*" + "1".repeat(RequestDecoder.LONGEST_LINE), "Protocol error: too big mbulk count string");
        assertRefused("*1\r\n$" + "1".repeat(RequestDecoder.LONGEST_LINE), "Protocol error: too big bulk count string");
        String part = "$" + LONGEST + "\r\n" + "x".repeat(LONGEST) + "\r\n";
        assertRefused("*3\r\n" + part + part + part, "Protocol error: request too long");
    }

    @Test
    void restricted_refusesWhatIsLong() {
        RequestDecoder decoder = decoder(new ArrayList<>());
        decoder.restrict(true);
        assertThatThrownBy(() -> decoder.feed(Unpooled.wrappedBuffer(bytes("*11\r\n"))))
                .hasMessage("Protocol error: unauthenticated multibulk length");
        RequestDecoder other = decoder(new ArrayList<>());
        other.restrict(true);
        assertThatThrownBy(() -> other.feed(Unpooled.wrappedBuffer(bytes("*1\r\n$16385\r\n"))))
                .hasMessage("Protocol error: unauthenticated bulk length");
    }

    private static void assertRefused(String input, String message) {
        assertThatThrownBy(() -> decode(bytes(input)))
                .isInstanceOf(ProtocolException.class)
                .hasMessage(message);
    }
}
