package org.nr4j.server.command;

import java.util.SplittableRandom;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.protocol.Numbers;
import org.nr4j.server.protocol.ReplyWriter;
import org.nr4j.server.type.Keyspace;

/**
 * One run of a command on a replica: its arguments, the keys, and its reply. The replicas run a command that writes
 * alike. So the time is that of the transaction, and random numbers come from a seed that the caller has drawn.
 */
public final class CommandContext {
    private final Command command;
    private final byte[][] arguments;
    private final int database;
    private final long client;
    private final boolean waits;
    private final Keyspace keyspace;
    private final SplittableRandom random;
    private final ReplyWriter reply;

    /**
     * Creates a context.
     *
     * @param client the number of the client
     * @param waits whether a command that finds nothing may reply nothing, and is then run again later
     */
    public CommandContext(
            Command command,
            byte[][] arguments,
            int database,
            long client,
            boolean waits,
            Keyspace keyspace,
            SplittableRandom random,
            ReplyWriter reply) {
        this.command = command;
        this.arguments = arguments;
        this.database = database;
        this.client = client;
        this.waits = waits;
        this.keyspace = keyspace;
        this.random = random;
        this.reply = reply;
    }

    public Command command() {
        return command;
    }

    public int database() {
        return database;
    }

    public long client() {
        return client;
    }

    public boolean waits() {
        return waits;
    }

    public Keyspace keys() {
        return keyspace;
    }

    public SplittableRandom random() {
        return random;
    }

    public ReplyWriter reply() {
        return reply;
    }

    public long now() {
        return keyspace.now();
    }

    /** Notes what has happened to a key of the database, for those who want to know. */
    public void event(String name, byte[] key) {
        keyspace.event(name, database, key);
    }

    // ---- arguments: 0 is the command's name ----

    /**
     * Replaces an argument of the request itself. So a command that waits has it in each later run, too. Only for
     * commands that do not write: the log has the arguments as the client sent them.
     */
    public void fix(int index, byte[] value) {
        arguments[index] = value;
    }

    public int count() {
        return arguments.length;
    }

    public byte[] arg(int index) {
        return arguments[index];
    }

    public byte[] key() {
        return arguments[1];
    }

    /** Whether there is such an argument, and it is a word, whatever its case. The word is in upper case. */
    public boolean is(int index, String word) {
        return index < arguments.length && Ascii.is(arguments[index], word);
    }

    public String text(int index) {
        return Ascii.text(arguments[index]);
    }

    public long integer(int index) {
        return integer(index, CommandException.NOT_AN_INTEGER);
    }

    public long integer(int index, String error) {
        return Arguments.integer(arguments[index], error);
    }

    /** Returns an integer of a range. */
    public long integer(int index, long from, long to, String error) {
        long value = integer(index, error);
        if (value < from || value > to) {
            throw new CommandException(error);
        }
        return value;
    }

    public double number(int index) {
        return number(index, CommandException.NOT_A_FLOAT);
    }

    public double number(int index, String error) {
        double value = Numbers.parseDouble(arguments[index]);
        if (Double.isNaN(value)) {
            throw new CommandException(error);
        }
        return value;
    }

    /** Throws the error of a command that has too few or too many arguments. */
    public CommandException wrongArity() {
        return new CommandException(command.arityError());
    }
}
