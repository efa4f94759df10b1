package org.nr4j.server.http.api;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.http.Exchange;
import org.nr4j.server.http.Json;
import org.nr4j.server.http.Response;

/** The slow commands, as SLOWLOG has them: {@code /v1/slow-commands}. Not found if the server does not note them. */
final class SlowCommandsApi {
    private static final int MOST = 128;

    private SlowCommandsApi() {}

    static void handle(Exchange exchange) {
        exchange.allow("GET");
        exchange.target().requireParameters();
        exchange.run(List.<byte[][]>of(Requests.of("SLOWLOG", "GET", MOST)), replies -> {
            List<@Nullable Object> commands = Requests.list(replies.get(0));
            exchange.respond(Response.json(Json.text(out -> {
                out.beginArray();
                for (Object command : commands) {
                    write(out, Requests.list(command));
                }
                out.endArray();
            })));
        });
    }

    private static void write(JsonWriter out, List<@Nullable Object> command) throws IOException {
        out.beginObject();
        out.name("id").value(Requests.number(command.get(0)));
        out.name("time").value(Requests.number(command.get(1)));
        out.name("micros").value(Requests.number(command.get(2)));
        out.name("arguments").beginArray();
        for (Object argument : Requests.list(command.get(3))) {
            out.value(argument instanceof byte[] bytes ? KeyApi.base64(bytes) : "");
        }
        out.endArray();
        out.name("client").value(Requests.text(command.get(4)));
        out.endObject();
    }
}
