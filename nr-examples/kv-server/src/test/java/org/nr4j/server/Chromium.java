package org.nr4j.server;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/** A tab of a browser without a window, by the protocol of its developer tools. */
final class Chromium implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("DevTools listening on ws://127\\.0\\.0\\.1:(\\d+)/.*");
    private static final long SECONDS = 60;

    /** The last ones keep the browser from asking its maker's hosts for news. */
    private static final List<String> FLAGS = List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--remote-debugging-port=0",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    private final Process process;
    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<Integer, CompletableFuture<JsonObject>> awaited = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final AtomicInteger last = new AtomicInteger();
    private final WebSocket socket;

    private Chromium(Process process) throws Exception {
        this.process = process;
        this.socket = client.newWebSocketBuilder()
                .buildAsync(URI.create(tab(port(process))), new Messages())
                .get(SECONDS, TimeUnit.SECONDS);
        call("Runtime.enable", new JsonObject());
        call("Log.enable", new JsonObject());
    }

    /** Starts a browser; skips the test if there is none. */
    static Chromium start(Path profile) throws Exception {
        boolean installed = Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(path -> Files.isExecutable(Path.of(path, "chromium")));
        Assumptions.assumeTrue(installed, "chromium must be installed to use the page in it: apt-get install chromium");
        List<String> command = new ArrayList<>(List.of("chromium"));
        command.addAll(FLAGS);
        command.addAll(List.of("--user-data-dir=" + profile, "about:blank"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            return new Chromium(process);
        } catch (Exception e) {
            end(process);
            throw e;
        }
    }

    private static int port(Process process) throws IOException {
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            Matcher matcher = LISTENING.matcher(line);
            if (matcher.matches()) {
                // Nobody reads the rest: the browser must not wait for that.
                Thread drain = new Thread(() -> out.lines().forEach(rest -> {}), "chromium-output");
                drain.setDaemon(true);
                drain.start();
                return Integer.parseInt(matcher.group(1));
            }
        }
        throw new IllegalStateException("chromium must start; see what it prints");
    }

    private String tab(int port) throws Exception {
        URI tabs = URI.create("http://127.0.0.1:" + port + "/json");
        String json = client.send(HttpRequest.newBuilder(tabs).build(), BodyHandlers.ofString())
                .body();
        for (JsonElement tab : JsonParser.parseString(json).getAsJsonArray()) {
            if (tab.getAsJsonObject().get("type").getAsString().equals("page")) {
                return tab.getAsJsonObject().get("webSocketDebuggerUrl").getAsString();
            }
        }
        throw new IllegalStateException("chromium must have a tab: tabs=" + json);
    }

    /** Takes what the browser says: answers, and events. */
    private final class Messages implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean isLast) {
            text.append(data);
            if (isLast) {
                take(JsonParser.parseString(text.toString()).getAsJsonObject());
                text.setLength(0);
            }
            webSocket.request(1);
            return null;
        }

        private void take(JsonObject message) {
            if (message.has("id")) {
                awaited.remove(message.get("id").getAsInt()).complete(message);
            } else if (List.of("Runtime.exceptionThrown", "Log.entryAdded")
                    .contains(message.get("method").getAsString())) {
                complaints.add(message.get("params").toString());
            }
        }
    }

    private JsonObject call(String method, JsonObject parameters) throws Exception {
        JsonObject message = new JsonObject();
        int id = last.incrementAndGet();
        message.addProperty("id", id);
        message.addProperty("method", method);
        message.add("params", parameters);
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        awaited.put(id, answer);
        socket.sendText(message.toString(), true).get(SECONDS, TimeUnit.SECONDS);
        return answer.get(SECONDS, TimeUnit.SECONDS).getAsJsonObject("result");
    }

    /** Opens a page. */
    void open(URI address) throws Exception {
        JsonObject parameters = new JsonObject();
        parameters.addProperty("url", address.toString());
        call("Page.navigate", parameters);
    }

    /** Returns the value of a JavaScript expression, as text. */
    String evaluate(String expression) throws Exception {
        JsonObject parameters = new JsonObject();
        parameters.addProperty("expression", "String(" + expression + ")");
        JsonObject result = call("Runtime.evaluate", parameters).getAsJsonObject("result");
        return result.has("value") ? result.get("value").getAsString() : result.toString();
    }

    /** Waits until a JavaScript expression has a value. */
    void await(String expression, String value) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        String now = evaluate(expression);
        while (!now.equals(value)) {
            if (System.nanoTime() > end) {
                throw new AssertionError(expression + " must be " + value + ", but is " + now);
            }
            Thread.sleep(20);
            now = evaluate(expression);
        }
    }

    /** Presses a key of the keyboard. */
    void press(String key, int code) throws Exception {
        for (String type : List.of("rawKeyDown", "keyUp")) {
            JsonObject parameters = new JsonObject();
            parameters.addProperty("type", type);
            parameters.addProperty("key", key);
            parameters.addProperty("code", key);
            parameters.addProperty("windowsVirtualKeyCode", code);
            call("Input.dispatchKeyEvent", parameters);
        }
    }

    /** Returns the errors that the page has had. */
    List<String> complaints() {
        return complaints;
    }

    @Override
    public void close() {
        socket.abort();
        end(process);
    }

    private static void end(Process process) {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle each : all) {
            each.onExit().orTimeout(SECONDS, TimeUnit.SECONDS).join();
        }
    }
}
