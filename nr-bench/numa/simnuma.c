// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * simnuma: a plugin for qemu's user mode emulation (x86-64). It runs the threads of an unmodified program as if they
 * were on a NUMA machine.
 *
 * A thread takes part (is a "participant") from its marker "enter" to its marker "leave". Participants run in
 * lock-step on a simulated clock. One runs at a time: the one whose clock is furthest behind, until it is `window`
 * ahead of the next. Each instruction costs time. Each memory access costs what it would cost under a directory-based
 * coherence protocol on the simulated machine. A participant's System.nanoTime() is its simulated clock, and its futex
 * waits with a limit end by that clock. All other threads (compiler, collector, main) run freely and are not counted.
 *
 * Markers are look-ups of paths under /simnuma/ (java.io.File.exists), so the program needs no native code:
 *   count          starts to instrument code, for good. Before it, the program runs an order of magnitude faster, for
 *                  its warm-up.
 *   enter/CPU      the thread becomes that simulated cpu
 *   begin, end     the report contains what the thread does in between
 *   leave          the thread is no longer a participant
 *   dump/LABEL     appends a line of counts to the report and empties the caches; no participant may be left
 *
 * With profile=FILE, each dump also writes the cost of each run of instructions between "begin" and "end": its address,
 * nanoseconds, instructions, near, far, l3, memory. A line with "#" comes first.
 *
 * README.md, "Trust", says what is not modelled.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* ---- the parts of qemu's plugin interface, version 1, that this file uses ---- */

#define EXPORT __attribute__((visibility("default")))
typedef uint64_t qemu_plugin_id_t;
typedef uint32_t qemu_plugin_meminfo_t;
typedef struct qemu_info_t qemu_info_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef void vcpu_udata_cb(unsigned, void *);
typedef void mem_cb(unsigned, qemu_plugin_meminfo_t, uint64_t, void *);
typedef void syscall_cb(qemu_plugin_id_t, unsigned, int64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);
extern void qemu_plugin_reset(qemu_plugin_id_t, void (*)(qemu_plugin_id_t));
extern void qemu_plugin_register_vcpu_exit_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, unsigned));
extern void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, struct qemu_plugin_tb *));
extern void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *, vcpu_udata_cb, int, void *);
extern void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *, vcpu_udata_cb, int, void *);
extern void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *, mem_cb, int, int, void *);
extern void qemu_plugin_register_vcpu_syscall_cb(qemu_plugin_id_t, syscall_cb);
extern void qemu_plugin_register_vcpu_syscall_ret_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, unsigned, int64_t, int64_t));
extern size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
extern struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
extern const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *);
extern uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *);
extern size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *);
extern unsigned qemu_plugin_mem_size_shift(qemu_plugin_meminfo_t);
extern bool qemu_plugin_mem_is_store(qemu_plugin_meminfo_t);
EXPORT int qemu_plugin_version = 1;
enum { NO_REGISTERS = 0, READS_AND_WRITES = 3 };

/* ---- the machine: times in picoseconds. As options, insn and atomic are in picoseconds, the others in nanoseconds ---- */

static struct {
    uint64_t insn;      /* an instruction */
    uint64_t pause;     /* a pause instruction (Thread.onSpinWait), in addition to insn */
    uint64_t atomic;    /* a locked instruction, in addition to its memory access */
    uint64_t l3;        /* a line that a cpu of this node shares */
    uint64_t c2c, rc2c; /* a line that a cpu of this node, or another one, owns */
    uint64_t mem, rmem; /* a line that no cache has */
    uint64_t stream;    /* the same, if the preceding line was fetched recently, so that a prefetcher would have helped */
    uint64_t hold;      /* how long a cpu keeps a line that it fetched from another to write; meanwhile its accesses hit */
    uint64_t sb;        /* how far the store buffer may be behind */
    uint64_t sys, wake; /* a system call; the delay from a futex wake to the woken thread */
    uint64_t clock;     /* reading the clock */
    uint64_t window;    /* how far a cpu may be ahead of the slowest */
    uint64_t predict;   /* how long a line must have belonged to one cpu alone before its atomics run unordered */
    uint64_t nodes, percpu;
} P = { .insn = 300, .pause = 25000, .atomic = 5000, .l3 = 20000, .c2c = 45000, .rc2c = 130000, .mem = 85000, .rmem = 140000, .stream = 10000, .hold = 15000, .sb = 500000,
        .sys = 300000, .wake = 2000000, .clock = 1000, .window = 50000, .predict = 5000000, .nodes = 4, .percpu = 8 };
static FILE *report, *profile;

#define MAX_CPUS 64
#define CLOCK_BASE_NS 1000000000000ull  /* the first value of System.nanoTime() */
static const struct timespec LONG_AGO = { 0, 0 };

static int cpus(void) { return (int) (P.nodes * P.percpu); }
static uint64_t all_cpus(void) { return cpus() >= 64 ? ~0ull : (1ull << cpus()) - 1; }
static int node_of(int cpu) { return cpu / (int) P.percpu; }
static uint64_t cpus_of(int node) { return (P.percpu >= 64 ? ~0ull : (1ull << P.percpu) - 1) << (node * P.percpu); }

/* ---- participants ---- */

enum { OUT, RUNS, IN_KERNEL };
#define STREAMS 8
struct counts { uint64_t t, insns, loads, stores, atomics, hits, near, far, l3, lmem, rmem, stream, wait, switches, futex, pauses; };
struct cpu {
    uint64_t t, drain;                  /* own clock; when the store buffer will be empty */
    int id, node, state;
    int granted;                        /* futex word: 1 while it holds the token */
    bool measuring, measured;
    bool strays;                        /* runs on to the end of this block without the token */
    uint64_t futex, op, limit_at;       /* the running futex call: its address, its operation, the address of its limit */
    bool asleep;                        /* in the kernel, in a futex wait without limit */
    bool dozes;                         /* in a futex wait with a limit; its clock is at the end, unless woken before */
    struct timespec given;              /* the limit as the program gave it */
    int sleepers;                       /* how many threads slept before its futex wake */
    uint64_t held, held_until;          /* the line (+ 1) that it last fetched from another to write, and until when it
                                           keeps it, even if others have asked for it since */
    uint64_t streams[STREAMS]; unsigned next_stream;
    struct counts n, begin, end;
};
static struct cpu *participants[MAX_CPUS];
static int participant_count;
static struct cpu *cpu_of_thread[1 << 16];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct cpu *volatile holder;             /* the cpu with the token: the only one that executes */
static volatile uint64_t limit = UINT64_MAX;    /* how far the holder's clock may go */
static uint64_t front;                          /* the latest clock granted so far */
static uint64_t steals;

static long futex(int *word, int op, int value, const struct timespec *timeout)
{
    return syscall(SYS_futex, word, op | FUTEX_PRIVATE_FLAG, value, timeout, NULL, 0);
}

static struct cpu *slowest(const struct cpu *except)
{
    struct cpu *found = NULL;
    for (int i = 0; i < participant_count; i++) {
        struct cpu *c = participants[i];
        if (c != except && c->state == RUNS && (!found || c->t < found->t)) found = c;
    }
    return found;
}

static void set_limit(const struct cpu *c)
{
    struct cpu *other = slowest(c);
    limit = other ? other->t + P.window : UINT64_MAX;
}

static void grant(struct cpu *c)        /* mutex held */
{
    holder = c;
    if (!c) { limit = UINT64_MAX; return; }
    set_limit(c);
    if (c->t > front) front = c->t;
    __atomic_store_n(&c->granted, 1, __ATOMIC_RELEASE);
    futex(&c->granted, FUTEX_WAKE, 1, NULL);
}

/*
 * Waits for the token. Returns false if the thread must run on to the end of its block without it, uncounted.
 *
 * The host may stop a holder for long: the holder is in the kernel without our knowing (a page fault, a signal). Then
 * the slowest of the others takes the token. If that does not help, qemu is waiting for all threads to leave the
 * translated code, for example to flush its full buffer. The threads that wait here are in that code. They leave it at
 * the end of their block.
 */
static bool await(struct cpu *c)        /* mutex not held */
{
    uint64_t seen = 0;
    struct cpu *who = NULL;
    int looks = 0;
    while (!__atomic_load_n(&c->granted, __ATOMIC_ACQUIRE)) {
        struct timespec patience = { 0, 50000000 };
        if (futex(&c->granted, FUTEX_WAIT, 0, &patience) == 0 || errno != ETIMEDOUT) continue;
        pthread_mutex_lock(&mutex);
        struct cpu *h = holder;
        if (!c->granted) {
            if (!h) grant(slowest(NULL));
            else if (h != who || h->n.insns != seen) { who = h; seen = h->n.insns; looks = 0; }
            else if (slowest(h) == c) { h->granted = 0; steals++; grant(c); }
            else if (++looks == 3) { c->strays = true; pthread_mutex_unlock(&mutex); return false; }
        }
        pthread_mutex_unlock(&mutex);
    }
    return true;
}

static inline bool need_token(struct cpu *c) { return __builtin_expect(holder == c, 1) || (!c->strays && await(c)); }

/* The same in a system call, where qemu does not wait for this thread. */
static void await_outside(struct cpu *c) { while (!await(c)) { } c->strays = false; }

/*
 * Passes the token to the slowest other cpu if the holder's clock is more than `ahead` before it, and waits to get it
 * back. Returns false as await does.
 */
static bool pass_on(struct cpu *c, uint64_t ahead)
{
    pthread_mutex_lock(&mutex);
    if (holder != c) { pthread_mutex_unlock(&mutex); return await(c); }    /* another cpu took it meanwhile */
    struct cpu *other = slowest(c);
    if (!other || c->t <= other->t + ahead) { set_limit(c); pthread_mutex_unlock(&mutex); return true; }
    c->granted = 0;
    c->n.switches++;
    grant(other);
    pthread_mutex_unlock(&mutex);
    return await(c);
}

static void stop(struct cpu *c, int state)
{
    pthread_mutex_lock(&mutex);
    c->state = state;
    if (holder == c) {
        if (c->t > front) front = c->t;
        c->granted = 0;
        grant(slowest(c));
    }
    pthread_mutex_unlock(&mutex);
}

static void go_on(struct cpu *c, uint64_t cost)         /* leaves the kernel, with a clock not before the present */
{
    pthread_mutex_lock(&mutex);
    uint64_t present = holder ? holder->t : front;
    if (c->t < present) c->t = present;
    c->t += cost;
    c->state = RUNS;
    c->asleep = false;
    if (!holder) grant(c);
    else if (c->t + P.window < limit) limit = c->t + P.window;
    pthread_mutex_unlock(&mutex);
    await_outside(c);
}

/* ---- memory: a directory of lines, and the home node of each page: the node of the participant that touched it first ---- */

struct line {
    uint64_t key, sharers, busy, moved; /* line + 1; cpus that have it; until when it is in transfer or held; when it
                                           last went from one cpu to another */
    int16_t owner;                      /* the cpu that wrote it last, or -1 */
    int8_t home;
};
static struct line *lines;
static size_t line_count, line_mask;
static struct { uint64_t key; int8_t node; } *pages;
static size_t page_count;
static const size_t page_mask = (1 << 20) - 1;

static size_t hash(uint64_t key, int shift) { return key * 0x9E3779B97F4A7C15ull >> shift; }

static int8_t home_of(uint64_t line, int node)
{
    uint64_t page = line >> 6;
    for (size_t i = hash(page, 24) & page_mask;; i = (i + 1) & page_mask) {
        if (pages[i].key == page + 1) return pages[i].node;
        if (!pages[i].key) {
            if (page_count * 2 > page_mask) return 0;
            page_count++;
            pages[i].key = page + 1;
            pages[i].node = (int8_t) node;
            return pages[i].node;
        }
    }
}

static struct line *slot_of(uint64_t line)
{
    size_t i = hash(line, 20) & line_mask;
    while (lines[i].key && lines[i].key != line + 1) i = (i + 1) & line_mask;
    return &lines[i];
}

static void new_directory(size_t size) { lines = calloc(size, sizeof *lines); line_mask = size - 1; line_count = 0; }

static struct line *look_up(uint64_t line, int node)
{
    struct line *e = slot_of(line);
    if (e->key) return e;
    if (line_count * 2 > line_mask) {
        struct line *old = lines;
        size_t size = line_mask + 1;
        new_directory(size * 2);
        for (size_t i = 0; i < size; i++) if (old[i].key) { *slot_of(old[i].key - 1) = old[i]; line_count++; }
        free(old);
        e = slot_of(line);
    }
    line_count++;
    *e = (struct line) { .key = line + 1, .owner = -1, .home = home_of(line, node) };
    return e;
}

static uint64_t from_memory(struct cpu *c, const struct line *e)
{
    uint64_t line = e->key - 1;
    for (int i = 0; i < STREAMS; i++) {
        if (c->streams[i] + 1 == line) { c->streams[i] = line; c->n.stream++; return P.stream; }
    }
    c->streams[c->next_stream++ % STREAMS] = line;
    if (e->home == c->node) { c->n.lmem++; return P.mem; }
    c->n.rmem++;
    return P.rmem;
}

static uint64_t transfer(struct cpu *c, bool from_this_node)
{
    if (from_this_node) { c->n.near++; return P.c2c; }
    c->n.far++;
    return P.rc2c;
}

static bool holds(const struct cpu *c, const struct line *e, uint64_t at) { return c->held == e->key && at < c->held_until; }

static void load_line(struct cpu *c, struct line *e)
{
    uint64_t me = 1ull << c->id;
    if (e->sharers & me || holds(c, e, c->t)) { c->n.hits++; return; }
    uint64_t start = c->t > e->busy ? c->t : e->busy, cost;
    if (e->owner >= 0) {
        cost = transfer(c, node_of(e->owner) == c->node);
        e->owner = -1;
        e->busy = start + cost;
        e->moved = c->t;
    } else if (e->sharers & cpus_of(c->node)) {
        c->n.l3++;
        cost = P.l3;
    } else {
        cost = from_memory(c, e);
    }
    e->sharers |= me;
    c->n.wait += start - c->t;
    c->t = start + cost;
}

static void store_line(struct cpu *c, struct line *e, bool atomic)
{
    uint64_t me = 1ull << c->id, others = e->sharers & ~me;
    uint64_t base = c->drain > c->t ? c->drain : c->t;   /* stores leave in order; an atomic waits for all of them */
    uint64_t start = base, cost = 0;
    bool held = holds(c, e, base);
    if (held || (!others && (e->sharers & me))) {
        c->n.hits++;
    } else {
        if (e->busy > start) start = e->busy;
        if (others) {
            e->moved = base;
            cost = transfer(c, e->owner >= 0 ? node_of(e->owner) == c->node : !(others & ~cpus_of(c->node)));
        } else {
            cost = from_memory(c, e);
        }
        c->n.wait += start - base;
        e->busy = start + cost + (others ? P.hold : 0);
        if (others && P.hold) { c->held = e->key; c->held_until = e->busy; }
    }
    if (!held) { e->sharers = me; e->owner = (int16_t) c->id; }   /* a held line may already be promised to another cpu */
    if (atomic) { c->t = start + cost + P.atomic; c->drain = c->t; return; }
    c->drain = start + cost;
    if (c->drain > c->t + P.sb) c->t = c->drain - P.sb;
}

static void access_line(struct cpu *c, uint64_t line, bool store, bool atomic)
{
    struct line *e = look_up(line, c->node);
    if (store) store_line(c, e, atomic); else load_line(c, e);
}

/* ---- instructions ---- */

/* The cost of a run of instructions in measurements since the last report, for a profile. */
struct cost { uint64_t t, insns, near, far, l3, memory; };
struct block { struct block *next; uint64_t pc, size; struct cost cost; };
static struct block *blocks;

static struct cost cost_of(const struct cpu *c) { return (struct cost) { c->t, c->n.insns, c->n.near, c->n.far, c->n.l3, c->n.lmem + c->n.rmem + c->n.stream }; }

static void charge(struct block *b, const struct cpu *c, struct cost since)
{
    if (!profile || !c->measuring) return;
    struct cost now = cost_of(c);
    b->cost.t += now.t - since.t;
    b->cost.insns += now.insns - since.insns;
    b->cost.near += now.near - since.near;
    b->cost.far += now.far - since.far;
    b->cost.l3 += now.l3 - since.l3;
    b->cost.memory += now.memory - since.memory;
}

/* An instruction that accesses memory. If it is locked, `line` has the line that each cpu touched here last. */
struct site { struct block *block; bool locked; uint64_t line[]; };

static void on_access(unsigned thread, qemu_plugin_meminfo_t info, uint64_t address, void *udata)
{
    struct site *site = udata;
    struct cpu *c = cpu_of_thread[thread & 0xffff];
    if (!c || c->state != RUNS) return;
    if (!need_token(c)) return;
    struct cost before = cost_of(c);
    bool store = qemu_plugin_mem_is_store(info);
    uint64_t first = address >> 6, last = (address + (1u << qemu_plugin_mem_size_shift(info)) - 1) >> 6;
    if (site->locked) { c->n.atomics++; site->line[c->id] = first; }
    else if (store) c->n.stores++;
    else c->n.loads++;
    access_line(c, first, store, site->locked);
    if (last != first) access_line(c, last, store, site->locked);
    charge(site->block, c, before);
}

static void on_block(unsigned thread, void *udata)
{
    struct block *block = udata;
    struct cpu *c = cpu_of_thread[thread & 0xffff];
    if (!c || c->state != RUNS) return;
    c->strays = false;
    if (!need_token(c) || (c->t > limit && !pass_on(c, P.window))) return;
    struct cost before = cost_of(c);
    c->t += block->size * P.insn;
    c->n.insns += block->size;
    charge(block, c, before);
}

/*
 * Fetches a line that another cpu has, or is fetching, before the instruction runs. It lets the others reach the same
 * time, so this cpu sees what the holder did until it released the line. Cpus get the line in the order in which they
 * asked. Returns false as await does.
 */
static bool queue_for(struct cpu *c, struct line *e)
{
    if (!P.hold || e->busy <= c->t || holds(c, e, c->t) || !(e->sharers & ~(1ull << c->id))) return true;
    store_line(c, e, true);
    c->t -= P.atomic;                       /* charged later, when the instruction has run and found the line held */
    c->drain = c->t;
    return pass_on(c, 0);
}

/*
 * Runs before a locked instruction and orders it exactly by simulated time. Exception: the line that it touched here
 * last has long belonged to this cpu alone. Then it most likely does so again, and no other cpu can see the order.
 */
static void on_locked(unsigned thread, void *udata)
{
    struct cpu *c = cpu_of_thread[thread & 0xffff];
    if (!c || c->state != RUNS) return;
    if (!need_token(c)) return;
    struct site *site = udata;
    struct cost before = cost_of(c);
    uint64_t line = site->line[c->id];
    if (c->t + P.window > limit) {
        if (line) {
            struct line *e = look_up(line, c->node);
            if (e->owner == c->id && e->moved + P.predict < c->t) return;
        }
        if (!pass_on(c, 0)) return;
    }
    if (line && !queue_for(c, look_up(line, c->node))) return;     /* looks up again: the directory may have moved meanwhile */
    charge(site->block, c, before);
}

static void on_pause(unsigned thread, void *udata)
{
    struct cpu *c = cpu_of_thread[thread & 0xffff];
    if (!c || c->state != RUNS) return;
    if (!need_token(c)) return;
    struct cost before = cost_of(c);
    c->t += P.pause;
    c->n.pauses++;
    charge(udata, c, before);
}

static bool is_pause(const uint8_t *code, size_t size) { return size == 2 && code[0] == 0xf3 && code[1] == 0x90; }

/* Returns whether this is a lock prefix, or an exchange with memory, which locks without one. */
static bool is_locked(const uint8_t *code, size_t size)
{
    size_t i = 0;
    for (; i < size; i++) {
        if (code[i] == 0xf0) return true;
        if (!memchr("\x66\x67\xf2\xf3\x2e\x36\x3e\x26\x64\x65", code[i], 10)) break;
    }
    if (i < size && (code[i] & 0xf0) == 0x40) i++;
    return i + 1 < size && (code[i] == 0x86 || code[i] == 0x87) && (code[i + 1] & 0xc0) != 0xc0;
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *block)
{
    (void) id;
    size_t size = qemu_plugin_tb_n_insns(block);
    struct block *b = calloc(1, sizeof *b);     /* neither this nor its sites are freed: qemu does not report when a block is gone */
    b->size = size;
    b->pc = qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(block, 0));
    do b->next = blocks; while (!__sync_bool_compare_and_swap(&blocks, b->next, b));
    qemu_plugin_register_vcpu_tb_exec_cb(block, on_block, NO_REGISTERS, b);
    for (size_t i = 0; i < size; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(block, i);
        bool locked = is_locked(qemu_plugin_insn_data(insn), qemu_plugin_insn_size(insn));
        struct site *site = calloc(1, sizeof *site + (locked ? MAX_CPUS * sizeof *site->line : 0));
        site->block = b;
        site->locked = locked;
        if (locked) {
            qemu_plugin_register_vcpu_insn_exec_cb(insn, on_locked, NO_REGISTERS, site);
        }
        if (is_pause(qemu_plugin_insn_data(insn), qemu_plugin_insn_size(insn))) qemu_plugin_register_vcpu_insn_exec_cb(insn, on_pause, NO_REGISTERS, b);
        qemu_plugin_register_vcpu_mem_cb(insn, on_access, NO_REGISTERS, READS_AND_WRITES, site);
    }
}

/* ---- markers ---- */

static qemu_plugin_id_t self;
static bool counting;
static void set_up(qemu_plugin_id_t id);

static void write_profile(void)
{
    fprintf(profile, "#\n");
    for (struct block *b = blocks; b; b = b->next) {
        if (b->cost.t) fprintf(profile, "%016lx %.0f %lu %lu %lu %lu %lu\n", b->pc, b->cost.t / 1e3, b->cost.insns, b->cost.near, b->cost.far, b->cost.l3, b->cost.memory);
        b->cost = (struct cost) { 0 };
    }
    fflush(profile);
}

static void write_report(const char *label)
{
    struct counts sum = { 0 };
    uint64_t begin = UINT64_MAX, end = 0;
    int measured = 0;
    for (int i = 0; i < participant_count; i++) {
        struct cpu *c = participants[i];
        if (!c->measured) continue;
        measured++;
        if (c->begin.t < begin) begin = c->begin.t;
        if (c->end.t > end) end = c->end.t;
        uint64_t *s = (uint64_t *) &sum, *b = (uint64_t *) &c->begin, *e = (uint64_t *) &c->end;
        for (size_t k = 0; k < sizeof sum / sizeof *s; k++) s[k] += e[k] - b[k];
    }
    fprintf(report, "%s cpus=%d ns=%.1f cpu_ns=%.1f insns=%lu loads=%lu stores=%lu atomics=%lu hits=%lu near=%lu far=%lu l3=%lu lmem=%lu rmem=%lu stream=%lu"
        " wait_ns=%.1f switches=%lu futex=%lu pauses=%lu steals=%lu lines=%zu c2c_ns=%lu hold_ns=%lu\n",
        label, measured, measured ? (end - begin) / 1e3 : 0.0, sum.t / 1e3, sum.insns, sum.loads, sum.stores, sum.atomics, sum.hits, sum.near, sum.far, sum.l3, sum.lmem, sum.rmem,
        sum.stream, sum.wait / 1e3, sum.switches, sum.futex, sum.pauses, steals, line_count, P.c2c / 1000, P.hold / 1000);
    fflush(report);
    if (profile) write_profile();
}

static void forget_all(void)
{
    for (int i = 0; i < participant_count; i++) {
        if (participants[i]->state != OUT) return;
    }
    for (int i = 0; i < participant_count; i++) free(participants[i]);
    participant_count = 0;
    steals = 0;
    holder = NULL;
    limit = UINT64_MAX;
    memset(lines, 0, (line_mask + 1) * sizeof *lines);
    line_count = 0;
    memset(pages, 0, (page_mask + 1) * sizeof *pages);
    page_count = 0;
}

static void enter(unsigned thread, int id)
{
    pthread_mutex_lock(&mutex);
    if (participant_count < MAX_CPUS && id >= 0 && id < cpus()) {
        struct cpu *c = calloc(1, sizeof *c);
        c->id = id;
        c->node = node_of(id);
        c->state = IN_KERNEL;
        c->t = holder ? holder->t : front;
        participants[participant_count++] = c;
        cpu_of_thread[thread & 0xffff] = c;
    }
    pthread_mutex_unlock(&mutex);
}

static void on_marker(unsigned thread, const char *text)
{
    struct cpu *c = cpu_of_thread[thread & 0xffff];
    if (!strcmp(text, "count") && !counting) { counting = true; qemu_plugin_reset(self, set_up); }
    else if (!strncmp(text, "enter/", 6) && !c) enter(thread, atoi(text + 6));
    else if (!strcmp(text, "begin") && c) { c->n.t = c->t; c->begin = c->n; c->measuring = true; }
    else if (!strcmp(text, "end") && c && c->measuring) { c->n.t = c->t; c->end = c->n; c->measuring = false; c->measured = true; }
    else if (!strcmp(text, "leave") && c) { cpu_of_thread[thread & 0xffff] = NULL; stop(c, OUT); }
    else if (!strncmp(text, "dump/", 5)) {
        pthread_mutex_lock(&mutex);
        write_report(text + 5);
        forget_all();
        pthread_mutex_unlock(&mutex);
    }
}

/* ---- system calls ---- */

enum { SYS_stat_ = 4, SYS_mmap_ = 9, SYS_mprotect_ = 10, SYS_munmap_ = 11, SYS_sigaction_ = 13, SYS_sigprocmask_ = 14, SYS_access_ = 21, SYS_yield_ = 24, SYS_madvise_ = 28, SYS_exit_ = 60,
       SYS_gettimeofday_ = 96, SYS_gettid_ = 186, SYS_futex_ = 202, SYS_setaffinity_ = 203, SYS_getaffinity_ = 204, SYS_clock_gettime_ = 228, SYS_clock_getres_ = 229,
       SYS_exit_group_ = 231, SYS_newfstatat_ = 262, SYS_faccessat_ = 269, SYS_getcpu_ = 309, SYS_statx_ = 332 };

/* A thread's calls about its cpu set. Each thread sees `cpus()` cpus. */
static struct affinity { uint64_t a1, a2, a3, saved, wanted; int64_t call; } *affinities[1 << 16];

static bool is_futex_wait(uint64_t op) { op &= FUTEX_CMD_MASK; return op == FUTEX_WAIT || op == FUTEX_WAIT_BITSET; }

static bool may_block(int64_t call, uint64_t a2)
{
    switch (call) {
    case SYS_futex_:
        switch (a2 & FUTEX_CMD_MASK) { case FUTEX_WAIT: case FUTEX_LOCK_PI: case FUTEX_WAIT_BITSET: case FUTEX_WAIT_REQUEUE_PI: case 13: return true; default: return false; }
    case SYS_yield_: case SYS_madvise_: case SYS_mmap_: case SYS_mprotect_: case SYS_munmap_: case SYS_sigaction_: case SYS_sigprocmask_: case SYS_gettimeofday_: case SYS_gettid_:
    case SYS_setaffinity_: case SYS_getaffinity_: case SYS_clock_gettime_: case SYS_clock_getres_: case SYS_getcpu_:
    case SYS_stat_: case SYS_access_: case SYS_newfstatat_: case SYS_statx_: case SYS_faccessat_:
        return false;
    default:
        return true;
    }
}

static const char *path_of(int64_t call, uint64_t a1, uint64_t a2)
{
    switch (call) {
    case SYS_stat_: case SYS_access_: return (const char *) a1;
    case SYS_newfstatat_: case SYS_statx_: case SYS_faccessat_: return (const char *) a2;
    default: return NULL;
    }
}

static int sleepers_at(uint64_t address)
{
    int n = 0;
    for (int i = 0; i < participant_count; i++) n += participants[i]->asleep && participants[i]->futex == address;
    return n;
}

/*
 * A futex wait with a limit does not sleep in the kernel, which knows nothing of simulated time. Instead, the thread's
 * clock is set to the limit, and the token goes to the others until it is the thread's turn. A wake sets the clock to
 * the present. Then the call goes to the kernel with a limit that has passed. It returns at once and says whether the
 * word has changed.
 */
static void doze(struct cpu *c)
{
    struct timespec *limit_at = (struct timespec *) c->limit_at;
    c->given = *limit_at;
    uint64_t ns = (uint64_t) c->given.tv_sec * 1000000000 + (uint64_t) c->given.tv_nsec;
    bool relative = (c->op & FUTEX_CMD_MASK) == FUTEX_WAIT;
    uint64_t end = relative ? c->t + ns * 1000 : ns > CLOCK_BASE_NS ? (ns - CLOCK_BASE_NS) * 1000 : 0;
    pthread_mutex_lock(&mutex);
    c->dozes = true;
    if (end > c->t) c->t = end;
    c->n.switches++;
    if (holder == c) { c->granted = 0; grant(slowest(NULL)); }
    pthread_mutex_unlock(&mutex);
    await_outside(c);
    c->dozes = false;
    *limit_at = LONG_AGO;
}

static void wake_dozers(struct cpu *by, uint64_t address, uint64_t count)
{
    pthread_mutex_lock(&mutex);
    uint64_t present = by ? by->t : front;
    for (int i = 0; i < participant_count && count > 0; i++) {
        struct cpu *c = participants[i];
        if (!c->dozes || c->futex != address) continue;
        count--;
        c->dozes = false;
        if (c->t > present + P.wake) c->t = present + P.wake;
        if (holder && holder != c && c->t + P.window < limit) limit = c->t + P.window;
    }
    pthread_mutex_unlock(&mutex);
}

static void on_affinity(unsigned thread, int64_t call, uint64_t a1, uint64_t a2, uint64_t a3)
{
    struct affinity *a = affinities[thread & 0xffff];
    if (!a) a = affinities[thread & 0xffff] = calloc(1, sizeof *a);
    *a = (struct affinity) { a1, a2, a3, a->saved, a->wanted, call };
    if (call == SYS_setaffinity_ && a3 && a2 >= 8) {        /* the host must not see cpus that it does not have */
        a->saved = a->wanted = *(uint64_t *) a3;
        *(uint64_t *) a3 = ~0ull;
    }
}

static void on_affinity_done(unsigned thread, struct affinity *a, int64_t result)
{
    int64_t call = a->call;
    a->call = -1;
    if (call == SYS_setaffinity_ && a->a3 && a->a2 >= 8) *(uint64_t *) a->a3 = a->saved;
    if (call == SYS_getaffinity_ && result >= 8) *(uint64_t *) a->a3 = a->a1 == 0 && a->wanted ? a->wanted & all_cpus() : all_cpus();
    if (call == SYS_getcpu_ && result == 0) {
        struct cpu *c = cpu_of_thread[thread & 0xffff];
        int id = c ? c->id : a->wanted ? __builtin_ctzll(a->wanted) : (int) thread % cpus();
        if (a->a1) *(uint32_t *) a->a1 = (uint32_t) id;
        if (a->a2) *(uint32_t *) a->a2 = (uint32_t) node_of(id);
    }
}

static void on_futex(struct cpu *c, uint64_t address, uint64_t op, uint64_t value, uint64_t limit_at)
{
    c->n.futex++;
    c->futex = address;
    c->op = op;
    c->limit_at = 0;
    if (is_futex_wait(op)) {
        if (*(volatile uint32_t *) address != (uint32_t) value) return;     /* returns at once */
        c->limit_at = limit_at;
        if (limit_at) doze(c);
        else { c->asleep = true; stop(c, IN_KERNEL); }
    } else if ((op & FUTEX_CMD_MASK) == FUTEX_WAKE || (op & FUTEX_CMD_MASK) == FUTEX_WAKE_BITSET) {
        wake_dozers(c, address, value);
        pthread_mutex_lock(&mutex);
        c->sleepers = sleepers_at(address);
        pthread_mutex_unlock(&mutex);
    } else if (may_block(SYS_futex_, op)) {
        stop(c, IN_KERNEL);
    }
}

static void on_syscall(qemu_plugin_id_t id, unsigned thread, int64_t call, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5, uint64_t a6, uint64_t a7, uint64_t a8)
{
    (void) id, (void) a5, (void) a6, (void) a7, (void) a8;
    const char *path = path_of(call, a1, a2);
    if (path && !strncmp(path, "/simnuma/", 9)) on_marker(thread, path + 9);
    if (call == SYS_setaffinity_ || call == SYS_getaffinity_ || call == SYS_getcpu_) on_affinity(thread, call, a1, a2, a3);
    struct cpu *c = cpu_of_thread[thread & 0xffff];
    if (!c) {
        if (call == SYS_futex_ && participant_count && (a2 & FUTEX_CMD_MASK) == FUTEX_WAKE) wake_dozers(NULL, a1, a3);
        return;
    }
    if (c->state != RUNS) return;
    if (holder != c) await_outside(c);
    if (call == SYS_exit_ || call == SYS_exit_group_) { cpu_of_thread[thread & 0xffff] = NULL; stop(c, OUT); }
    else if (call == SYS_futex_) on_futex(c, a1, a2, a3, a4);
    else if (may_block(call, a2)) stop(c, IN_KERNEL);
}

/*
 * Waits until the woken threads are back from the kernel. Otherwise the host's scheduler would decide how long they
 * sleep.
 */
static void await_woken(struct cpu *c, int64_t woken)
{
    int want = c->sleepers > woken ? c->sleepers - (int) woken : 0;
    for (int k = 0; k < 2000; k++) {
        pthread_mutex_lock(&mutex);
        int now = sleepers_at(c->futex);
        pthread_mutex_unlock(&mutex);
        if (now <= want) return;
        nanosleep(&(struct timespec) { 0, 5000 }, NULL);
    }
}

static void tell_time(const struct cpu *c, struct timespec *to)
{
    uint64_t ns = c->t / 1000 + CLOCK_BASE_NS;
    to->tv_sec = (time_t) (ns / 1000000000);
    to->tv_nsec = (long) (ns % 1000000000);
}

static uint64_t clock_at[1 << 16];       /* the address to which each participant's clock_gettime writes */

static void on_syscall_done(qemu_plugin_id_t id, unsigned thread, int64_t call, int64_t result)
{
    (void) id;
    struct affinity *a = affinities[thread & 0xffff];
    if (a && a->call == call) on_affinity_done(thread, a, result);
    struct cpu *c = cpu_of_thread[thread & 0xffff];
    if (!c) return;
    if (call == SYS_futex_ && c->limit_at) {
        *(struct timespec *) c->limit_at = c->given;
        c->limit_at = 0;
    }
    if (call == SYS_futex_ && c->state == RUNS && result > 0 && c->sleepers) await_woken(c, result);
    if (c->state == IN_KERNEL) go_on(c, call == SYS_futex_ && result == 0 ? P.wake : P.sys);
    else c->t += call == SYS_clock_gettime_ ? P.clock : P.sys;
    if (call == SYS_clock_gettime_ && result == 0 && clock_at[thread & 0xffff]) tell_time(c, (struct timespec *) clock_at[thread & 0xffff]);
}

static void on_syscall_entry(qemu_plugin_id_t id, unsigned thread, int64_t call, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5, uint64_t a6, uint64_t a7, uint64_t a8)
{
    if (call == SYS_clock_gettime_) clock_at[thread & 0xffff] = a2;
    on_syscall(id, thread, call, a1, a2, a3, a4, a5, a6, a7, a8);
}

static void on_exit_thread(qemu_plugin_id_t id, unsigned thread)
{
    (void) id;
    struct cpu *c = cpu_of_thread[thread & 0xffff];
    if (c) { cpu_of_thread[thread & 0xffff] = NULL; stop(c, OUT); }
}

/* ---- setting up ---- */

static void set_up(qemu_plugin_id_t id)
{
    self = id;
    if (counting) qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
    qemu_plugin_register_vcpu_syscall_cb(id, on_syscall_entry);
    qemu_plugin_register_vcpu_syscall_ret_cb(id, on_syscall_done);
    qemu_plugin_register_vcpu_exit_cb(id, on_exit_thread);
}

static bool set_option(const char *text)
{
    static const struct { const char *name; uint64_t *at, unit; } OPTIONS[] = {
        { "insn", &P.insn, 1 }, { "pause", &P.pause, 1000 }, { "atomic", &P.atomic, 1 }, { "l3", &P.l3, 1000 }, { "c2c", &P.c2c, 1000 }, { "rc2c", &P.rc2c, 1000 }, { "mem", &P.mem, 1000 }, { "rmem", &P.rmem, 1000 },
        { "stream", &P.stream, 1000 }, { "hold", &P.hold, 1000 }, { "sb", &P.sb, 1000 }, { "sys", &P.sys, 1000 }, { "wake", &P.wake, 1000 }, { "clock", &P.clock, 1000 },
        { "window", &P.window, 1000 }, { "predict", &P.predict, 1000 }, { "nodes", &P.nodes, 1 }, { "percpu", &P.percpu, 1 } };
    const char *equals = strchr(text, '=');
    if (!equals) return false;
    if (!strncmp(text, "report=", 7)) { report = fopen(equals + 1, "a"); return report != NULL; }
    if (!strncmp(text, "profile=", 8)) { profile = fopen(equals + 1, "w"); return profile != NULL; }
    for (size_t k = 0; k < sizeof OPTIONS / sizeof *OPTIONS; k++) {
        if (strlen(OPTIONS[k].name) == (size_t) (equals - text) && !strncmp(text, OPTIONS[k].name, (size_t) (equals - text))) {
            *OPTIONS[k].at = strtoull(equals + 1, NULL, 10) * OPTIONS[k].unit;
            return true;
        }
    }
    return false;
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
    (void) info;
    report = stderr;
    for (int i = 0; i < argc; i++) {
        if (!set_option(argv[i])) { fprintf(stderr, "an option must be NAME=NUMBER, or report=FILE, or profile=FILE: option=%s; README.md lists them\n", argv[i]); return 1; }
    }
    if (cpus() < 1 || cpus() > MAX_CPUS) { fprintf(stderr, "there must be from 1 to %d cpus: nodes=%lu percpu=%lu\n", MAX_CPUS, P.nodes, P.percpu); return 1; }
    new_directory(1 << 18);
    pages = calloc(page_mask + 1, sizeof *pages);
    set_up(id);
    return 0;
}
