/*
 * A model of several logs over the same structures (docs/cnr.md), small enough to explore every interleaving.
 * check.sh runs it in many configurations. docs/cnr.md ("The model") says what the model leaves out.
 *
 * The names are those of the Java classes of org.nr4j.internal:
 *   a crossing                a multi-log operation: multilog.MultiLogOperation
 *   a lane                    a replica's part for one log, with its lock: replica.Replica
 *   publishing                the lock of multilog.MultiLogWrites
 *   arrive, await_met, pass   multilog.LogMeeting and LogBarrier
 *   read_several, enter       multilog.CutReads
 *   append, tail, completed   log.OperationLog
 *   combine, replay           combine.Combiner and replica.LogCombiner
 *   await_room, helping       replica.LogReclaimer
 *   freeze                    admin.Reconfiguration
 *
 * A configuration defines, before this file:
 *   LOGS, REPLICAS, CAPACITY   how many logs and replicas there are, and how many entries fit into a log
 *   THREADS, PER_THREAD        how many threads, and how many operations each of them carries out, one after the other
 *   HOME {0,0,1}               the replica of each thread
 *   OPS {W0,R01,...}           the operations of the first thread, then those of the second, and so on
 *   ATTEMPTS                   how often a read of several logs tries to find them at rest before it becomes a crossing
 * A configuration may also define a switch that takes a piece of the protocol away. The checker must find the defect
 * that this causes.
 *
 * Operations are numbered. The structure is the set of all writes that it has seen. The answer of an operation is the
 * set of conflicting operations that came before it; operations conflict if they have a log in common. No structure
 * reveals more than that. At the end, the order of two operations is known in two cases: they conflict and one of them
 * is a write, or one returned before the other began. The history is linearizable if and only if these orders have no
 * cycle.
 *
 * An operation begins together with its first step and returns together with its last one. Any other history of the
 * same steps says less about which operation returned before another began.
 *
 * Every wait is a statement that cannot be executed until there is something to do. So a deadlock is a state in which
 * a thread is not at its end and no thread can go on. If there are no cycles of states, all runs end.
 */

/* ---- the switches: each takes something away, or does something as the Rust crate does ---- */

/* UPSTREAM_ANSWERS     the completed tail is raised after a batch was applied; its operations are answered while it is
 *                      applied
 * UPSTREAM_READS       the completed tail is raised after a batch was applied, then operations are answered; reads do
 *                      not wait while a writer is active
 * READ_STALE           reads do not wait until their replica has applied the writes that have returned
 * CUT_UNCHECKED        reads of several logs enter all of them, but do not check that they are at rest
 * CUT_FROM_OUTSIDE     reads of several logs check each tail once their replica has reached it, but do not stay inside
 * WAIT_INSIDE          reads of several logs wait for a writer while they are inside other logs
 * PASS_UNMET           a log passes a crossing before the other logs have come to it
 * PASS_READS           a log passes a crossing that its replica need not apply before the crossing is in all its logs
 * PUBLISH_AT_WILL      crossings are appended without holding `publishing`
 * HELP_NOT_AT_CROSSING a thread that waits at a crossing does not apply its other logs
 * HELP_PAST_CROSSING   a thread that waits at a crossing applies its other logs to their ends
 * HELP_PAST_OWN        a thread that needs room helps other replicas further than its own replica has come
 * HELP_NOBODY          a thread that needs room does not help other replicas
 * ROOM_BY_OWN          a thread that needs room looks at its own replica only
 * FREEZE_UNLOCKED      a thread that freezes a replica does not take its locks
 * FREEZE_AT_WILL       a thread that freezes a replica does not hold `publishing`
 * FREEZE_AT_ONCE       a thread that freezes a replica does not first let its logs get past the crossings
 * READERS_BEFORE_COMPLETED readers may enter while their replica has applied entries beyond the completed tail
 * CROSSING_NOT_COMPLETED   a log arrives at a crossing before it raises its completed tail past the crossing
 * FOLLOWER_NOT_COMPLETED   followers take entries beyond the completed tail
 *
 * IN_STEPS             takes nothing away: other threads see each step of a thread that applies a log; see below
 */

#if defined(UPSTREAM_ANSWERS) || defined(UPSTREAM_READS)
#define COMPLETED_LATER
#endif

/* While a thread applies a log, it keeps all other threads out. They see only that operations are answered and that the
 * local tail grows. Neither keeps a thread from doing anything. So it makes no difference whether they see this at once
 * or in steps (Lipton's reduction), unless a switch lets them look inside.
 */
#if defined(IN_STEPS) || defined(COMPLETED_LATER) || defined(FREEZE_UNLOCKED)
#define WHILE_OTHERS_STAY_OUT
#else
#define WHILE_OTHERS_STAY_OUT atomic
#endif

/* ---- operations ---- */

#define NONE   0
#define W0     1  /* writes, by their logs; crossings if there are several */
#define W1     2
#define W01    3
#define W2     4
#define W02    5
#define W12    6
#define R0     9  /* reads, by their logs */
#define R1     10
#define R01    11
#define F0     17 /* takes the entries of log 0, as a follower */
#define FREEZE 19 /* holds a replica in logs 0 and 1, to copy it */
#define ANY    32 /* any read or write of log 0, log 1, or both */

#define OPERATIONS (THREADS * PER_THREAD)
#define LENGTH     OPERATIONS /* the most entries that a log gets */
#if OPERATIONS > 8 || LOGS > 3 || REPLICAS < 2 || REPLICAS > 3
#error "a model must have up to 8 operations, up to 3 logs, and 2 or 3 replicas"
#endif

byte kind[OPERATIONS] = OPS;
byte home[THREADS] = HOME;

#define BIT(i)         (1 << (i))
#define HAS(mask, i)   (((mask) >> (i)) & 1)
#define LOGS_OF(op)    (kind[op] & 7)
#define IS_READ(op)    (kind[op] & 24)
#define IS_CROSSING(op) ((LOGS_OF(op) & (LOGS_OF(op) - 1)) != 0)
#define ORIGIN(op)     home[(op) / PER_THREAD]

/* ---- the shared state ---- */

#define LANES          (LOGS * REPLICAS)
#define LANE(log, r)   ((log) * REPLICAS + (r))
#define LOG(lane)      ((lane) / REPLICAS)
#define REPLICA(lane)  ((lane) % REPLICAS)

#define FREE     0
#define UPDATING 1  /* held; readers may enter */
#define WRITING  2  /* held; new readers stay out; those inside have left, or the holder waits for them */

/* By log and index: the operations, as bits. A batch has one or more. The entry of a crossing has no other. */
byte entry[LOGS * LENGTH];
byte tail[LOGS];
byte completed[LOGS];      /* all writes that returned, or were read, are below */
byte localTail[LANES];     /* while the lane is being applied, the value from before */
byte lock[LANES];
byte readers[LANES];       /* how many are inside */
byte publications[LANES];  /* operations that wait for a combiner, as bits */
bit publishing;            /* whether the lock is held */

byte position[OPERATIONS * LOGS]; /* of a crossing in each of its logs */
byte arrived[OPERATIONS * REPLICAS]; /* the logs that have come to a crossing */
byte published;            /* crossings that are in all their logs, as bits */
byte done[REPLICAS];       /* crossings applied on a replica, as bits */

#define MAY_OVERWRITE(log, r) (tail[log] - localTail[LANE(log, r)] < CAPACITY)
#ifdef ROOM_BY_OWN
#define HAS_ROOM(log)  MAY_OVERWRITE(log, home[_pid])
#elif REPLICAS == 2
#define HAS_ROOM(log)  (MAY_OVERWRITE(log, 0) && MAY_OVERWRITE(log, 1))
#elif REPLICAS == 3
#define HAS_ROOM(log)  (MAY_OVERWRITE(log, 0) && MAY_OVERWRITE(log, 1) && MAY_OVERWRITE(log, 2))
#endif

#define MAX(a, b)      ((a) > (b) -> (a) : (b))
#define COMPLETE(log, index) completed[log] = MAX(completed[log], index)

#ifdef PASS_UNMET
#define MAY_PASS(op, r) true
#elif defined(PASS_READS)
#define MAY_PASS(op, r) (!CONCERNS(op, r) || HAS(done[r], op))
#else
#define MAY_PASS(op, r) (CONCERNS(op, r) -> HAS(done[r], op) : HAS(published, op))
#endif
#define CONCERNS(op, r) (!IS_READ(op) || ORIGIN(op) == (r))

/* ---- the structures and the history ---- */

byte applied[REPLICAS];    /* the structure of each replica: the writes it has seen, as bits */
byte somewhere;            /* writes that some replica has seen */
byte members[LOGS];        /* operations of each log, as bits */
byte answered;             /* operations of one log whose thread may take the answer, as bits */
byte returned;             /* operations that have returned, as bits */
byte earlier[OPERATIONS];  /* the operations that had returned when each operation began, as bits */
byte seen[OPERATIONS];     /* the answer of each operation: the writes it conflicts with that came before it */
byte ended;                /* threads at their end */

#if LOGS == 1
#define MEMBERS(logs) members[0]
#elif LOGS == 2
#define MEMBERS(logs) (((logs) & 1 -> members[0] : 0) | ((logs) & 2 -> members[1] : 0))
#elif LOGS == 3
#define MEMBERS(logs) (((logs) & 1 -> members[0] : 0) | ((logs) & 2 -> members[1] : 0) | ((logs) & 4 -> members[2] : 0))
#endif

inline begin(op) {
    printf("thread %d begins operation %d, of kind %d\n", _pid, op, kind[op]);
    earlier[op] = returned;
    for (log : 0 .. LOGS - 1) {
        if
        :: HAS(LOGS_OF(op), log) -> members[log] = members[log] | BIT(op)
        :: else
        fi
    }
    log = 0
}

/* Runs an operation on the structure of a replica. A write gets the same answer on every replica. */
inline apply(op, r) {
    if
    :: IS_READ(op) || !HAS(somewhere, op) -> seen[op] = applied[r] & MEMBERS(LOGS_OF(op))
    :: else -> assert(seen[op] == (applied[r] & MEMBERS(LOGS_OF(op))))
    fi;
    if
    :: !IS_READ(op) -> assert(!HAS(applied[r], op)); applied[r] = applied[r] | BIT(op); somewhere = somewhere | BIT(op)
    :: else
    fi;
    printf("thread %d applies operation %d on replica %d, after %d\n", _pid, op, r, seen[op])
}

inline returns(op) {
    printf("thread %d returns from operation %d\n", _pid, op);
    returned = returned | BIT(op)
}

/* Repeatedly removes each operation that no remaining one must precede. If some are left, the order has a cycle. */
#define MUST_PRECEDE(a, b) ((a) != (b) && HAS(among, a) && (HAS(earlier[b], a) || HAS(seen[b], a) \
        || ((LOGS_OF(a) & LOGS_OF(b)) && !IS_READ(b) && !HAS(seen[a], b))))
hidden byte a, b, among, before, round; /* for use inside a d_step only */
inline checkLinearizable() {
    d_step {
        among = 0;
        for (a : 0 .. OPERATIONS - 1) {
            if
            :: kind[a] != NONE && kind[a] != FREEZE -> among = among | BIT(a)
            :: else
            fi
        }
        for (round : 1 .. OPERATIONS) {
            for (b : 0 .. OPERATIONS - 1) {
                before = 0;
                for (a : 0 .. OPERATIONS - 1) {
                    if
                    :: MUST_PRECEDE(a, b) -> before = before | BIT(a)
                    :: else
                    fi
                }
                if
                :: before == 0 -> among = among & ~BIT(b)
                :: else
                fi
            }
        }
        assert(among == 0) /* else not linearizable */
    }
}

/* For a thread that holds a replica in all logs. The replica has applied exactly what these logs have below its local
 * tails, and no crossing in part.
 */
inline checkPrefix(r) {
    d_step {
        for (a : 0 .. OPERATIONS - 1) {
            before = (LOGS_OF(a) != 0);
            for (b : 0 .. LOGS - 1) {
                among = 0;
                for (round : 1 .. localTail[LANE(b, r)]) {
                    among = among | entry[b * LENGTH + round - 1]
                }
                before = (HAS(LOGS_OF(a), b) -> before & HAS(among, a) : before)
            }
            assert(kind[a] == NONE || kind[a] == FREEZE || IS_READ(a) || before == HAS(applied[r], a))
        }
    }
}

/* Checks that no other thread applies or reads the operation's logs on this replica. */
inline runsAlone(op, r) {
    d_step {
        for (a : 0 .. LOGS - 1) {
            assert(!HAS(LOGS_OF(op), a) || (lock[LANE(a, r)] == WRITING && readers[LANE(a, r)] == 0))
        }
    }
}

/* ---- a thread ---- */

/* Why the thread applies a lane's log. This decides where it goes on afterwards. */
#define AS_COMBINER    0 /* of its own lane */
#define FOR_OWN_ROOM   1 /* its own lane, for room; it keeps that lane's lock */
#define FOR_ROOM       2 /* another replica's lane, for room */
#define FOR_CROSSING   3 /* another lane of a crossing at which it waits */

/* What the thread wants from a round as the combiner. */
#define ANSWER   0 /* the answer of its write of one log */
#define CATCH_UP 1 /* that its replica has applied a log up to a bound, before a read */
#define MEETING  2 /* the same, before it takes the answer of its crossing */

#define DEPTH (LOGS + 1)

#define APPLY_LANE(lane, bound, reason) \
    assert(depth < DEPTH); \
    at[depth] = lane; \
    index[depth] = localTail[lane]; \
    upTo[depth] = bound; \
    why[depth] = reason; \
    depth++
#define AT   at[depth - 1]
#define INDEX index[depth - 1]
#define UP_TO upTo[depth - 1]
#define ENTRY entry[LOG(AT) * LENGTH + INDEX]

/* Answers the operations that the replica of the lane on top has applied. */
inline answer(ops) {
    d_step {
        for (a : 0 .. OPERATIONS - 1) {
            if
            :: HAS(applied[REPLICA(AT)] & ops, a) && ORIGIN(a) == REPLICA(AT) -> answered = answered | BIT(a)
            :: else
            fi
        }
    }
}

#define CAN_HELP(lane, bound) (localTail[lane] < (bound) && lock[lane] == FREE)

#ifdef HELP_PAST_OWN
#define ROOM_BOUND tail[log]
#else
#define ROOM_BOUND (combining -> localTail[LANE(log, me)] : tail[log])
#endif
#ifdef HELP_NOBODY
#define CAN_HELP_FOR_ROOM(r) false
#else
#define CAN_HELP_FOR_ROOM(r) ((r) < REPLICAS && (!combining || (r) != me) && CAN_HELP(LANE(log, r), ROOM_BOUND))
#endif

#ifdef HELP_PAST_CROSSING
#define CROSSING_BOUND(log) tail[log]
#else
#define CROSSING_BOUND(log) (position[met * LOGS + (log)] + 1)
#endif
#ifdef HELP_NOT_AT_CROSSING
#define CAN_HELP_AT_CROSSING(log) false
#else
#define CAN_HELP_AT_CROSSING(log) ((log) < LOGS && HAS(LOGS_OF(met), log) && HAS(published, met) \
        && CONCERNS(met, REPLICA(AT)) && CAN_HELP(LANE(log, REPLICA(AT)), CROSSING_BOUND(log)))
#endif

/* Leaves the logs that it has entered as a reader. */
inline leave() {
    for (log : 0 .. LOGS - 1) {
        readers[LANE(log, me)] = readers[LANE(log, me)] - HAS(entered, log)
    }
    log = 0;
    entered = 0
}

inline help_for_room(r) {
    lock[LANE(log, r)] = UPDATING;
    APPLY_LANE(LANE(log, r), ROOM_BOUND, FOR_ROOM)
}

inline help_at_crossing(other) {
    lock[LANE(other, REPLICA(AT))] = UPDATING;
    APPLY_LANE(LANE(other, REPLICA(AT)), CROSSING_BOUND(other), FOR_CROSSING);
    met = 0
}

/* Called before an entry is applied. Raises the completed tail past a crossing, which may be answered once all its logs
 * have come to it, and past an operation that is answered at once. The Java combiner decides by its policy whether it
 * answers its own operations at once or at the end of the round. At the end of the round, it raises the completed tail
 * past all it has applied. Here it does either.
 */
inline complete_before() {
    if
    :: IS_CROSSING(met) ->
#ifndef CROSSING_NOT_COMPLETED
        COMPLETE(LOG(AT), INDEX + 1)
#endif
    :: !IS_CROSSING(met) && ORIGIN(met) == REPLICA(AT) ->
        atOnce = 1;
        COMPLETE(LOG(AT), INDEX + 1)
#ifdef READERS_BEFORE_COMPLETED
    :: !IS_CROSSING(met) && ORIGIN(met) != REPLICA(AT)
#else
    :: !IS_CROSSING(met)
#endif
    fi
}

/* Sets `met` to the first operation that is left of the next entry in the lane on top. */
inline meet() {
    met = 0;
    do
    :: !HAS(rest, met) -> met++
    :: else -> break
    od
}

/* Moves `log` on to a log of the operation, or leaves it at one; LOGS if none is left. */
inline skipTo(op) {
    do
    :: log < LOGS && !HAS(LOGS_OF(op), log) -> log++
    :: else -> break
    od
}

active [THREADS] proctype Client() {
    byte me = home[_pid];  /* its replica */
    byte n, op;            /* how many operations it has begun; the present one */
    bit several;           /* whether that one is of several logs */
    byte log, bound, wants;
    byte batch;            /* as combiner: what it has collected and not yet appended */
    bit combining;         /* whether it holds the lock of (log, me) while it appends */
    byte attempt, entered; /* of a read of several logs: the attempts; the logs entered, as bits */
    /* a stack of the lanes that it applies: from where, to where, and why; it works on the top one */
    byte at[DEPTH], index[DEPTH], upTo[DEPTH], why[DEPTH], depth;
    byte met, rest;        /* the crossing at which it waits; what is left to apply of an entry */
    bit atOnce;            /* whether that is answered at once */

next:
    atomic {
        log = 0; bound = 0; wants = 0; attempt = 0;
        if
        :: n == PER_THREAD || kind[_pid * PER_THREAD + n] == NONE -> goto finish
        :: else -> op = _pid * PER_THREAD + n; n++
        fi;
        if
        :: kind[op] == ANY ->
            if
            :: kind[op] = W0
            :: kind[op] = W1
            :: kind[op] = W01
            :: kind[op] = R0
            :: kind[op] = R1
            :: kind[op] = R01
            fi
        :: else
        fi;
        several = IS_CROSSING(op);
        if
        :: kind[op] == FREEZE -> goto freeze
        :: kind[op] == F0 -> goto follow
        :: kind[op] < F0 && IS_READ(op) && several -> goto read_several
        :: kind[op] < F0 && IS_READ(op) && !several -> goto read_one
        :: kind[op] < F0 && !IS_READ(op) && several -> goto cross
        :: kind[op] < F0 && !IS_READ(op) && !several
        fi
    }

    /* -- a write of one log -- */
write_one:
    atomic {
        begin(op);
        skipTo(op);
        wants = ANSWER;
        if
        :: lock[LANE(log, me)] == FREE -> lock[LANE(log, me)] = UPDATING; batch = BIT(op); goto combine
        :: else -> publications[LANE(log, me)] = publications[LANE(log, me)] | BIT(op)
        fi
    }
await_answer:
    if
    :: atomic { HAS(answered, op) -> returns(op); goto next }
    :: atomic { !HAS(answered, op) && lock[LANE(log, me)] == FREE -> lock[LANE(log, me)] = UPDATING; goto combine }
    fi;

    /* -- a read of one log -- */
read_one:
    atomic {
        begin(op);
        skipTo(op);
#ifndef READ_STALE
        bound = completed[log];
#endif
        wants = CATCH_UP;
        goto await_applied
    }
read:
    atomic {
#ifndef UPSTREAM_READS
        lock[LANE(log, me)] != WRITING ->
#endif
        apply(op, me);
        returns(op);
        goto next
    }

    /* -- a follower takes what there is, up to a crossing that is not in all its logs -- */
follow:
    atomic {
        begin(op);
        bound = tail[0]
    }
#ifndef FOLLOWER_NOT_COMPLETED
    COMPLETE(0, bound);
#endif
    atomic {
        d_step {
            among = 0;
            for (a : 0 .. bound - 1) {
                rest = entry[a];
                meet();
                if
                :: IS_CROSSING(met) && !HAS(published, met) -> break
                :: else -> among = among | rest
                fi
            }
            for (a : 0 .. OPERATIONS - 1) {
                seen[op] = seen[op] | (IS_READ(a) -> 0 : among & BIT(a))
            }
            rest = 0;
            met = 0
        }
        returns(op);
        goto next
    }

    /* -- wait until the replica has applied the log up to the bound -- */
await_applied:
    if
    :: localTail[LANE(log, me)] >= bound
    :: atomic { localTail[LANE(log, me)] < bound && lock[LANE(log, me)] == FREE ->
        lock[LANE(log, me)] = UPDATING; goto combine }
    fi;
    if
    :: wants == MEETING -> goto met_at_home
    :: wants == CATCH_UP && several -> goto catch_up_next
    :: wants == CATCH_UP && !several -> goto read
    fi;

    /* -- a read of several logs -- */
read_several:
    if
    :: attempt == ATTEMPTS -> goto cross
    :: else
    fi;
    wants = CATCH_UP;
    log = 0;
catch_up:
    atomic {
        skipTo(op);
        if
        :: attempt == 0 && !HAS(members[log], op) && kind[op] != FREEZE -> begin(op); skipTo(op)
        :: else
        fi;
        bound = tail[log];
        goto await_applied
    }
catch_up_next:
    atomic { log++; skipTo(op) }
    if
    :: log < LOGS -> goto catch_up
    :: log >= LOGS && kind[op] == FREEZE -> goto hold_all
    :: else -> log = 0; bound = 0
    fi;
#ifndef CUT_FROM_OUTSIDE
enter:
    atomic { skipTo(op) }
    if
    :: log >= LOGS
#ifdef WAIT_INSIDE
    :: atomic { log < LOGS && lock[LANE(log, me)] != WRITING ->
#else
    :: atomic { log < LOGS ->
        if
        :: lock[LANE(log, me)] == WRITING -> bound = log; leave(); attempt++; goto await_readable
        :: else
        fi;
#endif
        readers[LANE(log, me)]++;
        entered = entered | BIT(log);
        log++;
        goto enter }
    fi;
    log = 0;
#endif
is_one_cut:
    atomic {
        skipTo(op);
        if
        :: log < LOGS ->
            if
#ifdef CUT_UNCHECKED
            :: true -> log++
#else
            :: localTail[LANE(log, me)] == tail[log] -> log++
            :: else -> leave(); attempt++; goto read_several
#endif
            fi;
            skipTo(op)
        :: else
        fi;
        if
        :: log >= LOGS -> apply(op, me); leave(); returns(op); goto next
        :: else
        fi
    }
    goto is_one_cut;
await_readable:
    atomic { lock[LANE(bound, me)] != WRITING -> bound = 0 }
    goto read_several;

    /* -- a crossing -- */
cross:
    atomic {
#ifndef PUBLISH_AT_WILL
        publishing == 0 -> publishing = 1;
#endif
        log = 0;
        skipTo(op);
        if
        :: !HAS(members[log], op) -> begin(op); skipTo(op)
        :: else
        fi
    }
append_crossing:
    atomic { /* combining == 0 */
        batch = BIT(op);
        goto append
    }
appended_crossing:
    atomic { log++; skipTo(op) }
    if
    :: log < LOGS -> goto append_crossing
    :: else
    fi;
    d_step {
        published = published | BIT(op);
#ifndef PUBLISH_AT_WILL
        publishing = 0;
#endif
        log = 0;
        skipTo(op);
        bound = position[op * LOGS + log] + 1;
        wants = MEETING
    }
    goto await_applied;
met_at_home:
    assert(HAS(done[me], op));
    atomic { returns(op); goto next }

    /* -- to freeze a replica in order to copy it: all that its logs have applied, and nothing else -- */
freeze:
#ifndef FREEZE_AT_WILL
    atomic { publishing == 0 -> publishing = 1 }
#endif
    wants = CATCH_UP;
#ifdef FREEZE_AT_ONCE
    goto hold_all;
#else
    goto catch_up;
#endif
hold_all:
    log = 0;
#ifndef FREEZE_UNLOCKED
    do
    :: atomic { log < LOGS && lock[LANE(log, me)] == FREE -> lock[LANE(log, me)] = UPDATING; log++ }
    :: log == LOGS -> break
    od;
#endif
    atomic {
        checkPrefix(me);
#ifndef FREEZE_UNLOCKED
        for (log : 0 .. LOGS - 1) {
            lock[LANE(log, me)] = FREE
        }
#endif
#ifndef FREEZE_AT_WILL
        publishing = 0;
#endif
        goto next
    }

    /* -- a round as the combiner of (log, me), whose lock is held -- */
combine:
    atomic {
        combining = 1;
        batch = batch | publications[LANE(log, me)];
        publications[LANE(log, me)] = 0
    }
    if
    :: batch == 0 -> goto apply_all
    :: else -> goto append
    fi;
apply_all:
    atomic { APPLY_LANE(LANE(log, me), tail[log], AS_COMBINER); goto replay }
combined:
    if
    :: wants == ANSWER -> goto await_answer
    :: else -> goto await_applied
    fi;

    /* -- to append, as a combiner or not -- */
append:
    atomic {
        if
        :: HAS_ROOM(log) ->
            printf("thread %d appends %d to log %d at %d\n", _pid, batch, log, tail[log]);
            entry[log * LENGTH + tail[log]] = batch;
            position[op * LOGS + log] = (combining -> position[op * LOGS + log] : tail[log]);
            tail[log]++;
            batch = 0;
            if
            :: combining -> goto apply_all
            :: else -> goto appended_crossing
            fi
        :: else
        fi
    }
await_room:
    if
    :: HAS_ROOM(log) -> goto append
    :: atomic { combining && localTail[LANE(log, me)] < tail[log] ->
        APPLY_LANE(LANE(log, me), tail[log], FOR_OWN_ROOM); goto replay }
    :: atomic { CAN_HELP_FOR_ROOM(0) -> help_for_room(0); goto replay }
    :: atomic { CAN_HELP_FOR_ROOM(1) -> help_for_room(1); goto replay }
#if REPLICAS == 3
    :: atomic { CAN_HELP_FOR_ROOM(2) -> help_for_room(2); goto replay }
#endif
    fi;

    /* -- to apply the log of the lane on top, whose lock is held, up to its bound -- */
replay:
    atomic {
        if
        :: INDEX >= UP_TO -> goto replayed
        :: else -> lock[AT] = WRITING
        fi
    }
    WHILE_OTHERS_STAY_OUT {
        readers[AT] == 0 ->
replay_entry:
        assert(tail[LOG(AT)] - INDEX <= CAPACITY); /* else the entry has been overwritten */
        d_step {
            rest = ENTRY;
            meet()
        }
#ifdef UPSTREAM_ANSWERS
        atOnce = !IS_CROSSING(met) && ORIGIN(met) == REPLICA(AT);
#elif !defined(UPSTREAM_READS)
        complete_before();
#endif
        if
        :: IS_CROSSING(met) -> goto arrive
        :: else
        fi;
        do
        :: d_step { rest != 0 ->
            meet();
            apply(met, REPLICA(AT));
            answered = answered | (atOnce -> BIT(met) : 0);
            rest = rest & ~BIT(met) }
        :: rest == 0 -> break
        od;
pass:
        rest = 0;
        met = 0;
        atOnce = 0;
        INDEX++;
        if
        :: INDEX < UP_TO -> goto replay_entry
        :: else
        fi;
        localTail[AT] = INDEX;
#ifndef READERS_BEFORE_COMPLETED
        COMPLETE(LOG(AT), INDEX);
#endif
        answer(members[LOG(AT)]);
    }
replayed:
    atomic {
        depth--;
        lock[at[depth]] = (why[depth] == FOR_OWN_ROOM -> UPDATING : FREE);
        at[depth] = 0;
        index[depth] = 0;
        upTo[depth] = 0;
        if
        :: why[depth] == AS_COMBINER -> combining = 0; goto combined
        :: why[depth] == FOR_OWN_ROOM || why[depth] == FOR_ROOM -> why[depth] = 0; goto await_room
        :: why[depth] == FOR_CROSSING -> why[depth] = 0; rest = ENTRY; meet(); goto await_met
        fi
    }

    /* -- the lane on top has come to a crossing -- */
arrive:
    atomic {
        arrived[met * REPLICAS + REPLICA(AT)] = arrived[met * REPLICAS + REPLICA(AT)] | BIT(LOG(AT));
        if
        :: CONCERNS(met, REPLICA(AT)) && arrived[met * REPLICAS + REPLICA(AT)] == LOGS_OF(met) ->
#ifndef PASS_UNMET
            runsAlone(met, REPLICA(AT));
#endif
            apply(met, REPLICA(AT));
            done[REPLICA(AT)] = done[REPLICA(AT)] | BIT(met);
            goto pass
        :: else
        fi
    }
await_met:
    if
    :: MAY_PASS(met, REPLICA(AT)) -> goto pass
    :: atomic { CAN_HELP_AT_CROSSING(0) -> help_at_crossing(0); goto replay }
    :: atomic { CAN_HELP_AT_CROSSING(1) -> help_at_crossing(1); goto replay }
#if LOGS == 3
    :: atomic { CAN_HELP_AT_CROSSING(2) -> help_at_crossing(2); goto replay }
#endif
    fi;

finish:
    ended++;
    if
    :: ended == THREADS -> checkLinearizable()
    :: else
    fi
}
