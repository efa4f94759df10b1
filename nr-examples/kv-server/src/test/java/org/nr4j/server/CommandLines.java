package org.nr4j.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/**
 * Random command lines over few keys. A template is a command line in which a word with a mark stands for a random one: k
 * for a key, v for a value, i for an integer, n for a small positive number, d for a score, r for a bound of scores, x for
 * a bound of names, m for a member, t for a time, p for a pattern, o for an offset of bits. An asterisk behind repeats it;
 * a word in brackets is there or not. No line depends on the clock.
 */
final class CommandLines {
    private static final String[] TEMPLATES = {
        "SET ~k ~v",
        "SET ~k ~v [NX] [XX] [GET] [KEEPTTL]",
        "SET ~k ~v [NX] EX ~t",
        "SET ~k ~v PX ~t [GET]",
        "SET ~k ~i",
        "GET ~k",
        "GETSET ~k ~v",
        "GETDEL ~k",
        "GETEX ~k [PERSIST]",
        "GETEX ~k EX ~t",
        "SETNX ~k ~v",
        "SETEX ~k ~t ~v",
        "PSETEX ~k ~t ~v",
        "MGET ~k*",
        "MSET ~k ~v ~k ~v [~k]",
        "MSETNX ~k ~v ~k ~v",
        "APPEND ~k ~v",
        "STRLEN ~k",
        "GETRANGE ~k ~i ~i",
        "SUBSTR ~k ~i ~i",
        "SETRANGE ~k ~n ~v",
        "INCR ~k",
        "DECR ~k",
        "INCRBY ~k ~i",
        "DECRBY ~k ~i",
        "INCRBYFLOAT ~k ~d",
        "LCS ~k ~k [LEN] [IDX] [WITHMATCHLEN]",
        "LCS ~k ~k IDX MINMATCHLEN ~n",
        "DEL ~k*",
        "UNLINK ~k",
        "EXISTS ~k*",
        "TYPE ~k",
        "TOUCH ~k*",
        "RENAME ~k ~k",
        "RENAMENX ~k ~k",
        "COPY ~k ~k [REPLACE]",
        "COPY ~k ~k DB ~n [REPLACE]",
        "MOVE ~k ~n",
        "KEYS ~p",
        "DBSIZE",
        "EXPIRE ~k ~t [NX] [GT]",
        "PEXPIRE ~k ~t [XX] [LT]",
        "EXPIREAT ~k 99999999999 [GT]",
        "PEXPIREAT ~k 99999999999999",
        "PERSIST ~k",
        "OBJECT REFCOUNT none",
        "SELECT 0",
        "SWAPDB 1 ~n",
        "ECHO ~v",
        "PING [~v]",
        "HSET ~h ~m ~v ~m ~v [~m]",
        "HSET ~h ~m ~i",
        "HMSET ~h ~m ~v",
        "HSETNX ~h ~m ~v",
        "HGET ~h ~m",
        "HMGET ~h ~m*",
        "HDEL ~h ~m*",
        "HLEN ~h",
        "HSTRLEN ~h ~m",
        "HEXISTS ~h ~m",
        "HGETALL ~h",
        "HKEYS ~h",
        "HVALS ~h",
        "HINCRBY ~h ~m ~i",
        "HINCRBYFLOAT ~h ~m ~d",
        "HRANDFIELD none ~i [WITHVALUES]",
        "HSCAN ~h 0",
        "LPUSH ~l ~v*",
        "RPUSH ~l ~v*",
        "LPUSHX ~l ~v",
        "RPUSHX ~l ~v",
        "LPOP ~l",
        "RPOP ~l",
        "LPOP ~l ~n",
        "RPOP ~l ~i",
        "LLEN ~l",
        "LINDEX ~l ~i",
        "LSET ~l ~i ~v",
        "LRANGE ~l ~i ~i",
        "LTRIM ~l ~i ~i",
        "LREM ~l ~i ~v",
        "LINSERT ~l BEFORE ~v ~v",
        "LINSERT ~l AFTER ~v ~v",
        "LPOS ~l ~v",
        "LPOS ~l ~v RANK ~n COUNT ~n MAXLEN ~n",
        "RPOPLPUSH ~l ~l",
        "LMOVE ~l ~l LEFT RIGHT",
        "LMOVE ~l ~l RIGHT LEFT",
        "LMPOP ~n ~l ~l LEFT COUNT ~n",
        "LMPOP 1 ~l RIGHT",
        "BLPOP ~l nonelist 0.01",
        "BRPOP ~l 0.01",
        "BLMOVE ~l ~l LEFT LEFT 0.01",
        "SADD ~s ~m*",
        "SREM ~s ~m*",
        "SCARD ~s",
        "SISMEMBER ~s ~m",
        "SMISMEMBER ~s ~m*",
        "SMEMBERS ~s",
        "SMOVE ~s ~s ~m",
        "SPOP none ~i",
        "SRANDMEMBER none ~i",
        "SINTER ~s ~s",
        "SUNION ~s ~s",
        "SDIFF ~s ~s ~s",
        "SINTERSTORE ~s ~s ~s",
        "SUNIONSTORE ~s ~s ~s",
        "SDIFFSTORE ~s ~s ~s",
        "SINTERCARD ~n ~s ~s",
        "SINTERCARD 2 ~s ~s LIMIT ~n",
        "SSCAN ~s 0",
        "ZADD ~z ~d ~m ~d ~m [~m]",
        "ZADD ~z [NX] [XX] [GT] [LT] [CH] ~d ~m",
        "ZADD ~z INCR ~d ~m",
        "ZINCRBY ~z ~d ~m",
        "ZREM ~z ~m*",
        "ZCARD ~z",
        "ZSCORE ~z ~m",
        "ZMSCORE ~z ~m*",
        "ZRANK ~z ~m",
        "ZREVRANK ~z ~m",
        "ZCOUNT ~z ~r ~r",
        "ZRANGE ~z ~i ~i [REV] [WITHSCORES]",
        "ZRANGE ~z ~r ~r BYSCORE [REV] [WITHSCORES] LIMIT ~i ~i",
        "ZRANGE ~z ~x ~x BYLEX [REV]",
        "ZRANGEBYSCORE ~z ~r ~r [WITHSCORES]",
        "ZREVRANGEBYSCORE ~z ~r ~r LIMIT ~i ~i",
        "ZREVRANGE ~z ~i ~i [WITHSCORES]",
        "ZRANGEBYLEX ~z ~x ~x",
        "ZREVRANGEBYLEX ~z ~x ~x LIMIT ~n ~n",
        "ZLEXCOUNT ~z ~x ~x",
        "ZRANGESTORE ~z ~z ~i ~i",
        "ZREMRANGEBYRANK ~z ~i ~i",
        "ZREMRANGEBYSCORE ~z ~r ~r",
        "ZREMRANGEBYLEX ~z ~x ~x",
        "ZPOPMIN ~z",
        "ZPOPMAX ~z ~i",
        "ZMPOP ~n ~z ~z MIN COUNT ~n",
        "ZMPOP 1 ~z MAX",
        "ZUNION 2 ~z ~z [WITHSCORES]",
        "ZINTER 2 ~z ~z WEIGHTS ~d ~d AGGREGATE MIN [WITHSCORES]",
        "ZDIFF 2 ~z ~z [WITHSCORES]",
        "ZUNIONSTORE ~z ~n ~z ~z AGGREGATE MAX",
        "ZINTERSTORE ~z 2 ~z ~s",
        "ZDIFFSTORE ~z 2 ~z ~z",
        "ZINTERCARD 2 ~z ~z LIMIT ~n",
        "ZRANDMEMBER none ~i",
        "BZPOPMIN ~z 0.01",
        "ZSCAN ~z 0",
        "BZPOPMAX ~z 0.01",
        "SETBIT ~k ~o ~n",
        "GETBIT ~k ~o",
        "BITCOUNT ~k",
        "BITCOUNT ~k ~i ~i [BIT]",
        "BITPOS ~k ~n",
        "BITPOS ~k ~n ~i ~i [BIT]",
        "BITOP AND ~k ~k ~k",
        "BITOP XOR ~k ~k ~k",
        "BITOP NOT ~k ~k",
        "BITFIELD ~k SET u8 ~o ~i GET i5 ~o",
        "BITFIELD ~k OVERFLOW SAT INCRBY i4 ~o ~i OVERFLOW FAIL INCRBY u3 ~o ~i",
        "BITFIELD_RO ~k GET u16 ~o",
        "SORT ~l [ALPHA] [DESC] LIMIT ~n ~n",
        "SORT ~s ALPHA",
        "SORT ~l BY w* GET # GET w*",
        "SORT ~l ALPHA STORE ~l",
        "SORT_RO ~z ALPHA",
        "MULTI",
        "EXEC",
        "DISCARD",
        "WATCH ~k",
        "UNWATCH",
        "PUBLISH ~k ~v",
        "PUBSUB NUMPAT",
        "CLIENT GETNAME",
        "CLIENT SETNAME ~m",
        "FLUSHDB [SYNC] [ASYNC]",
        "NOSUCH ~k ~v",
        "OBJECT NOSUCH ~k",
        "RANDOMKEY ~k",
        "SCAN ~i MATCH * COUNT x",
        "CONFIG NOSUCH",
    };
    private static final Set<String> UNORDERED = Set.of(
            "KEYS",
            "HGETALL",
            "HKEYS",
            "HVALS",
            "SMEMBERS",
            "SINTER",
            "SUNION",
            "SDIFF",
            "HSCAN",
            "SSCAN",
            "ZSCAN",
            "EXEC");
    private static final String[] VALUES = {
        "", "a", "b", "c", "ab", "abcab", "10", "-3", "3.5", "0x1", "hello world", "\u00ff\u0000"
    };
    private static final String[] INTEGERS = {
        "0",
        "1",
        "2",
        "3",
        "-1",
        "-2",
        "-5",
        "5",
        "100",
        "-100",
        "x",
        "1.5",
        "",
        "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "01",
        " 1",
        "+1"
    };
    private static final String[] SMALL = {"1", "2", "3", "0", "4", "7", "-1", "x", "16"};
    private static final String[] SCORES = {
        "0", "1", "2", "1.5", "-1.25", "inf", "-inf", "x", "nan", "1e3", "0.5", "3", "4"
    };
    private static final String[] BOUNDS = {"-inf", "+inf", "0", "(1", "2", "(2.5", "x", "(", "1.5", "-1", "inf"};
    private static final String[] NAMES = {"-", "+", "[a", "(a", "[c", "(d", "[", "(", "x", "", "[b"};
    private static final String[] MEMBERS = {"a", "b", "c", "d", "e", "1", "2", "10", ""};
    private static final String[] TIMES = {"200000", "100000", "x", "0", "-5", "9223372036854775807", "999999", "1.5"};
    private static final String[] PATTERNS = {"*", "k*", "?1", "[kl]?", "[^k]*", "\\*", "*[", "k[0-9]", "", "a*b*"};
    private static final String[] OFFSETS = {"0", "1", "7", "8", "13", "40", "-1", "x", "#2", "4294967296", "63"};

    private final Random random;

    CommandLines(Random random) {
        this.random = random;
    }

    /** Whether the elements of the reply are in no order that Redis promises. */
    static boolean isUnordered(Object[] line) {
        return UNORDERED.contains(line[0].toString().toUpperCase(Locale.ROOT));
    }

    Object[] next() {
        String template = TEMPLATES[random.nextInt(TEMPLATES.length)];
        List<Object> words = new ArrayList<>();
        for (String word : template.split(" ")) {
            add(words, word);
        }
        if (random.nextInt(25) == 0 && words.size() > 1) {
            words.remove(words.size() - 1);
        } else if (random.nextInt(40) == 0 && !template.contains("RANK")) { // which has one more argument in 7.2
            words.add("extra");
        }
        return words.toArray();
    }

    private void add(List<Object> words, String word) {
        if (word.startsWith("[")) {
            if (random.nextInt(3) == 0) {
                add(words, word.substring(1, word.length() - 1));
            }
        } else if (word.startsWith("~")) {
            int times = word.endsWith("*") ? 1 + random.nextInt(3) : 1;
            for (int i = 0; i < times; i++) {
                words.add(random(word.charAt(1)));
            }
        } else {
            words.add(word);
        }
    }

    private String random(char kind) {
        return switch (kind) {
            case 'v' -> one(VALUES);
            case 'i' -> oneOfFirst(INTEGERS, 10);
            case 'n' -> oneOfFirst(SMALL, 6);
            case 'd' -> oneOfFirst(SCORES, 5);
            case 'r' -> one(BOUNDS);
            case 'x' -> one(NAMES);
            case 'm' -> one(MEMBERS);
            case 't' -> oneOfFirst(TIMES, 2);
            case 'p' -> one(PATTERNS);
            case 'o' -> oneOfFirst(OFFSETS, 6);
            default -> key(kind);
        };
    }

    /** A key of a type's few; sometimes one of another type. */
    private String key(char kind) {
        char prefix = random.nextInt(12) == 0 ? "khlsz".charAt(random.nextInt(5)) : kind;
        return prefix + "" + random.nextInt(3);
    }

    private String one(String[] words) {
        return words[random.nextInt(words.length)];
    }

    /** One of the first words mostly, and of the bad ones behind them sometimes. */
    private String oneOfFirst(String[] words, int good) {
        return words[random.nextInt(random.nextInt(8) == 0 ? words.length : good)];
    }
}
