package org.nr4j.server;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client that shows the bytes of replies. Text is in ISO 8859-1, one character for each byte. */
final class RespClient implements Closeable {
    private static final int TIMEOUT_MILLIS = 20_000;

    private final Socket socket = new Socket();
    private final InputStream in;

    RespClient(InetSocketAddress address) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(address, TIMEOUT_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    Socket socket() {
        return socket;
    }

    static byte[] encode(Object... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(("*" + arguments.length + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        for (Object argument : arguments) {
            byte[] bytes = argument instanceof byte[] array
                    ? array
                    : argument.toString().getBytes(StandardCharsets.ISO_8859_1);
            out.writeBytes(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            out.writeBytes(bytes);
            out.writeBytes(new byte[] {'\r', '\n'});
        }
        return out.toByteArray();
    }

    void sendRaw(String text) throws IOException {
        sendRaw(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void sendRaw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** Sends a command, and returns the bytes of its reply. */
    String raw(Object... arguments) throws IOException {
        sendRaw(encode(arguments));
        return readRaw();
    }

    /** Sends a command line, whose words are separated by single blanks. */
    String line(String line) throws IOException {
        return raw((Object[]) line.split(" "));
    }

    /** Sends a command, and returns its reply as text, number, list, null, or an error's text after a minus. */
    Object call(Object... arguments) throws IOException {
        sendRaw(encode(arguments));
        return read();
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("the connection is closed");
            }
            if (b == '\n') {
                return line.substring(0, line.length() - 1);
            }
            line.append((char) b);
        }
    }

    /** Returns the bytes of the next reply. */
    String readRaw() throws IOException {
        String line = readLine();
        StringBuilder all = new StringBuilder(line).append("\r\n");
        int elements = switch (line.charAt(0)) {
            case '*', '~', '>' -> Integer.parseInt(line.substring(1));
            case '%' -> 2 * Integer.parseInt(line.substring(1));
            default -> 0;
        };
        for (int i = 0; i < elements; i++) {
            all.append(readRaw());
        }
        if ((line.charAt(0) == '$' || line.charAt(0) == '=') && !line.startsWith("$-")) {
            byte[] bytes = in.readNBytes(Integer.parseInt(line.substring(1)) + 2);
            all.append(new String(bytes, StandardCharsets.ISO_8859_1));
        }
        return all.toString();
    }

    /** Returns the next reply as an object. */
    Object read() throws IOException {
        String line = readLine();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+', ',', '(' -> rest;
            case '-' -> "-" + rest;
            case ':' -> Long.parseLong(rest);
            case '_' -> null;
            case '#' -> rest.equals("t");
            case '$', '=' -> bulk(Integer.parseInt(rest));
            case '*', '~', '>' -> list(Integer.parseInt(rest));
            case '%' -> list(2 * Integer.parseInt(rest));
            default -> throw new IOException("not a reply: " + line);
        };
    }

    private String bulk(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        byte[] bytes = in.readNBytes(length + 2);
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }

    private List<Object> list(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            list.add(read());
        }
        return list;
    }

    /** Whether the server has closed the connection: no more bytes come. */
    boolean isClosedByServer() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
