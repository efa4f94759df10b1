package org.nr4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Positions, with the replies that the documentation of Redis has for them. */
class GeoTest extends WithServer {
    @BeforeEach
    void addPositions() throws IOException {
        client.call("GEOADD", "g", "13.361389", "38.115556", "Palermo", "15.087269", "37.502669", "Catania");
        client.call("GEOADD", "g", "12.758489", "38.788135", "edge1", "17.241510", "38.788135", "edge2");
    }

    @Test
    void distance_isThatOnTheSphere() throws IOException {
        assertThat(client.call("GEODIST", "g", "Palermo", "Catania")).isEqualTo("166274.1516");
        assertThat(client.call("GEODIST", "g", "Palermo", "Catania", "mi")).isEqualTo("103.3182");
    }

    @Test
    void positionAndHash_areThoseOfTheCell() throws IOException {
        assertThat(client.call("GEOPOS", "g", "Palermo"))
                .isEqualTo(List.of(List.of("13.36138933897018433", "38.11555639549629859")));
        assertThat(client.call("GEOHASH", "g", "Palermo")).isEqualTo(List.of("sqc8b49rny0"));
    }

    @Test
    void search_findsWhatIsInTheCircleOrTheBox() throws IOException {
        assertThat(client.line("GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 200 km ASC"))
                .isEqualTo("*2\r\n$7\r\nCatania\r\n$7\r\nPalermo\r\n");
        assertThat(client.call("GEOSEARCH", "g", "FROMLONLAT", "15", "37", "BYBOX", "400", "400", "km", "WITHDIST"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .containsExactlyInAnyOrder(
                        List.of("Catania", "56.4413"),
                        List.of("Palermo", "190.4424"),
                        List.of("edge2", "279.7403"),
                        List.of("edge1", "279.7405"));
    }

    @Test
    void storedDistances_areScores() throws IOException {
        client.call("SET", "near", "replaced");
        assertThat(client.line("GEOSEARCHSTORE near g FROMMEMBER Catania BYRADIUS 200 km COUNT 2 STOREDIST"))
                .isEqualTo(":2\r\n");
        assertThat(client.line("ZRANGE near 0 -1")).isEqualTo("*2\r\n$7\r\nCatania\r\n$7\r\nPalermo\r\n");
        assertThat(Double.parseDouble((String) client.call("ZSCORE", "near", "Palermo")))
                .isBetween(166.27415, 166.27416);
        assertThat(client.line("GEORADIUSBYMEMBER none x 1 m STORE near")).isEqualTo(":0\r\n");
        assertThat(client.line("EXISTS near")).isEqualTo(":0\r\n");
    }
}
