package org.nr4j.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OptionsTest {
    private static final Map<String, String> DEFAULTS = defaults();

    private static Map<String, String> defaults() {
        Map<String, String> defaults = new LinkedHashMap<>();
        defaults.put("way", "nr,jdk");
        defaults.put("threads", "1,2");
        defaults.put("seconds", "0.5");
        defaults.put("pin", "true");
        defaults.put("rate", "");
        return defaults;
    }

    @Test
    void areTheDefaultsUnlessGiven() {
        Options options = Options.parse(DEFAULTS, "threads=4,8", "pin=false");

        assertThat(options.texts("way")).containsExactly("nr", "jdk");
        assertThat(options.numbers("threads", 1, 100)).containsExactly(4, 8);
        assertThat(options.positive("seconds")).isEqualTo(0.5);
        assertThat(options.flag("pin")).isFalse();
        assertThat(options.positives("rate")).isEmpty();
    }

    @Test
    void canBePassedOn() {
        Options options = Options.parse(DEFAULTS, "pin=false").with("threads", 7);

        Options passed = Options.parse(DEFAULTS, options.toArgs().toArray(new String[0]));

        assertThat(passed.toArgs()).containsExactly("way=nr,jdk", "threads=7", "seconds=0.5", "pin=false", "rate=");
    }

    @Test
    void refuseNamesThatAreNone() {
        for (String wrong : new String[] {"treads=1", "threads", "=1", ""}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Options.parse(DEFAULTS, wrong))
                    .withMessageContaining("option=" + wrong)
                    .withMessageContaining("way=nr,jdk, threads=1,2, seconds=0.5, pin=true, rate=");
        }
    }

    @Test
    void refuseValuesThatMakeNoSense() {
        Options options = Options.parse(DEFAULTS, "threads=2,", "seconds=-1", "pin=yes", "rate=1,Infinity");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.numbers("threads", 1, 64))
                .withMessage("the option threads must be a whole number from 1 to 64: threads=");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.positive("seconds"))
                .withMessage("the option seconds must be a number above 0: seconds=-1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.flag("pin"))
                .withMessage("the option pin must be one of true, false: pin=yes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.positives("rate"))
                .withMessage("the option rate must be a number above 0: rate=Infinity");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse(DEFAULTS, "threads=65").number("threads", 66))
                .withMessageContaining("threads=65");
    }
}
