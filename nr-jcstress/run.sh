#!/usr/bin/env bash
# Runs the jcstress tests and fails unless every test in the jar ran and passed, and every twin showed its defect.
#
#   nr-jcstress/run.sh [ci|sanity|quick|default|tough] [-t REGEX] [more jcstress options]
#
# jcstress by itself exits with 0 when a test could not be scheduled, so this script
#   1. runs all tests on the machine as it is;
#   2. runs those that got no result, for want of CPUs, again in a private mount namespace
#      which shows the JVM more CPUs than there are (threads then share CPUs: slower, no affinity);
#   3. compares the tests in the jar with the tests that have results, and planned with passed results;
#   4. looks whether each twin (a test whose name ends in "Weakened") had an "interesting" outcome; those that had none
#      run once more, for longer, before they count as failed. "sanity" is too short for that and skips it.
# "ci" takes some four minutes on two idle CPUs: one short fork a test, in the JVM configuration that reorders most (the second compiler, with its stress options, which place instructions at random),
# and one compilation mode for all actors. The other modes run each test in every configuration that jcstress knows.
#
# JAVA_HOME      the JDK to test (default: java on the PATH)
# JCSTRESS_CPUS  CPUs to pretend in step 2 (default: 4)
# JCSTRESS_HANG  seconds without a result after which a run counts as hung (default: 180)
# Everything is written below nr-jcstress/target/run-<mode>-jdk<N>/.
set -euo pipefail

die() {
    echo "jcstress: $*" >&2
    exit 1
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
jar=$here/target/jcstress.jar
mode=quick
selection='.*'
if [[ $# -gt 0 && $1 != -* ]]; then
    mode=$1
    shift
fi
options=()
while (($# > 0)); do
    case $1 in
        # Kept apart: the later steps have selections of their own, and jcstress takes one only.
        -t)
            (($# > 1)) || die "-t needs a regular expression"
            selection=$2
            shift
            ;;
        *) options+=("$1") ;;
    esac
    shift
done
[[ -f $jar ]] || die "no $jar; build it first: ./mvnw -pl nr-jcstress -am package -DskipTests"

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
jdk=$("$java" -XshowSettings:properties -version 2>&1 | sed -n 's/ *java.specification.version = //p')
[[ -n $jdk ]] || die "cannot run $java"
jvm=()
if ((jdk >= 24)); then
    jvm+=(--enable-native-access=ALL-UNNAMED) # jcstress pins threads through JNA
fi

# Small strides: some tests park, and build a whole NodeReplicated, in each of their states; one stride must not take seconds.
strides=(-strideSize 64 -strideCount 16)
# A twin need not show its defect in every configuration. The second compiler reorders most.
second_compiler="${jvm[*]} -XX:-TieredCompilation"
one_jvm=(-jvmArgs "$second_compiler")
at_random=(-jvmArgs "$second_compiler -XX:+UnlockDiagnosticVMOptions -XX:+StressLCM -XX:+StressGCM -XX:+StressIGVN -XX:+StressCCP")
case $mode in
    ci)
        # No touching of the heap beforehand: it is a quarter of a short fork's time.
        mode_args=(-m quick -sc false -f 1 -fsm 1 -iters 1 -time 200 -pth false "${strides[@]}" "${at_random[@]}")
        twin_args=(-m quick -sc false -f 1 -fsm 1 -iters 2 -time 300 -pth false "${strides[@]}" "${one_jvm[@]}")
        ;;
    sanity | quick | default | tough)
        mode_args=(-m "$mode" "${strides[@]}")
        twin_args=("${mode_args[@]}")
        ;;
    *) die "mode must be ci, sanity, quick, default or tough: $mode" ;;
esac
again_args=(-m quick -sc false -f 2 -fsm 1 -iters 5 -time 1000 "${strides[@]}" "${one_jvm[@]}")

out=$here/target/run-$mode-jdk$jdk
rm -rf "$out"
mkdir -p "$out"
cd "$out"

# The tests in the jar, or those that -t selects: lines that are nothing but a qualified name.
"$java" "${jvm[@]}" -jar "$jar" -l -t "$selection" >list.log 2>&1 || die "cannot list the tests, see $out/list.log"
grep -E '^[A-Za-z_$][A-Za-z0-9_$]*(\.[A-Za-z_$][A-Za-z0-9_$]*)+$' list.log | sort -u >expected.txt || true
[[ -s expected.txt ]] || die "no test to run, see $out/list.log"
grep -v 'Weakened$' expected.txt >tests.txt || true
grep 'Weakened$' expected.txt >twins.txt || true
echo "jcstress: JDK $jdk, mode $mode, tests: $(wc -l <tests.txt), twins: $(wc -l <twins.txt), CPUs: $(nproc); results in $out"

failed=0
fail() {
    echo "jcstress: FAILED: $*" >&2
    failed=1
}

# The tests named in a file, as a regular expression for -t.
regex() {
    echo "^($(sed 's/[.$]/\\&/g' "$1" | paste -sd '|'))\$"
}

# jcstress runs in a process group of its own; it ends with this script.
running=
trap '[[ -z $running ]] || kill -KILL -- "-$running" 2>/dev/null || true' EXIT
trap 'exit 130' INT TERM

# watch_for_hang PID STEP: ends jcstress and the JVMs it forked when the log has not grown for HANG seconds. jcstress does so by itself
# only once the threads have passed its check of how much memory a test needs.
watch_for_hang() {
    local pid=$1 log=$2/run.log member
    while kill -0 "$pid" 2>/dev/null; do
        sleep 1
        (($(date +%s) - $(stat -c %Y "$log" 2>/dev/null || date +%s) < ${JCSTRESS_HANG:-180})) && continue
        echo "jcstress: FAILED: $2: no progress for ${JCSTRESS_HANG:-180} s; thread dumps in $out/$2/hang.txt" >&2
        {
            date
            ps -o pid,stat,wchan:20,time,args -s "$pid"
            for member in $(ps -o pid= -s "$pid"); do
                timeout 30 "${java%java}jstack" "$member"
            done
        } >"$2/hang.txt" 2>&1 || true
        kill -KILL -- "-$pid"
        return
    done
}

# run STEP COMMAND...: runs jcstress in the directory STEP, shows its counters as it goes, checks the last of them.
run() {
    local step=$1 status counters
    shift
    mkdir -p "$step"
    status=0
    (cd "$step" && exec setsid "$@" >run.log 2>&1) &
    local pid=$!
    running=$pid
    watch_for_hang "$pid" "$step" &
    # Progress, at most one line in 15 seconds.
    tail -n +1 -F --pid=$pid "$step/run.log" 2>/dev/null | sed -u -n "s/^(Results: \(.*\))/\1/p" |
        while read -r line; do
            ((SECONDS < ${next:=0})) && continue
            next=$((SECONDS + 15))
            echo "jcstress: $step: $line"
        done &
    local tail_pid=$!
    wait $pid || status=$?
    wait $tail_pid || true
    running=
    [[ ! -s $step/hang.txt ]] || fail "$step: a test did not end"
    counters=$(sed -n 's/^(Results: \(.*\))/\1/p' "$step/run.log" | tail -n 1)
    [[ -z $counters ]] || echo "jcstress: $step: $counters, finished"
    if [[ -z $counters ]]; then
        # Not an error in itself: perhaps nothing fits this machine. The comparison below decides.
        echo "jcstress: $step: nothing was planned"
        ((status == 0)) || grep -q 'No matching tests' "$step/run.log" || fail "$step: exit code $status, see $out/$step/run.log"
    else
        ((status == 0)) || fail "$step: exit code $status, see $out/$step/run.log"
        [[ $counters =~ ^([0-9]+)\ planned\;\ ([0-9]+)\ passed,\ 0\ failed,\ 0\ soft\ errs,\ 0\ hard\ errs && \
            ${BASH_REMATCH[1]} == "${BASH_REMATCH[2]}" ]] || fail "$step: $counters, see $out/$step/run.log"
    fi
    # "[OK] name" lines after the heading are one per test, over all its configurations.
    sed -n '/^RUN RESULTS:/,$ s/^\.* *\[[A-Z]*\] \([^ ]*\)$/\1/p' "$step/run.log" | sort -u >"$step/done.txt"
    cat "$step/done.txt" >>done.txt
}

# The smallest /sys/devices/system/{cpu,node} that jcstress takes for one node with $1 CPUs.
pretend_topology() {
    local last=$(($1 - 1)) f i
    mkdir -p sys/cpu sys/node/node0
    for f in online possible present; do echo "0-$last" >"sys/cpu/$f"; done
    for f in online possible; do echo 0 >"sys/node/$f"; done
    echo "0-$last" >sys/node/node0/cpulist
    for ((i = 0; i <= last; i++)); do
        mkdir -p "sys/cpu/cpu$i/topology" "sys/node/node0/cpu$i"
        echo 0 >"sys/cpu/cpu$i/topology/physical_package_id"
        echo "$i" >"sys/cpu/cpu$i/topology/core_id"
    done
}

cpus=${JCSTRESS_CPUS:-4}
unshare=
bind="mount --bind '$out/sys/cpu' /sys/devices/system/cpu && mount --bind '$out/sys/node' /sys/devices/system/node"
find_unshare() {
    local candidate
    [[ -z $unshare ]] || return 0
    pretend_topology "$cpus"
    for candidate in 'unshare -m' 'unshare -Urm'; do
        if $candidate bash -c "$bind" 2>>unshare.log; then
            unshare=$candidate
            return 0
        fi
    done
    fail "cannot pretend more CPUs: no permission for a private mount namespace (unshare -m), see $out/unshare.log"
    return 1
}

# run_all STEP FILE ARGUMENTS...: runs the tests that the file names, as far as they fit the machine; then the others.
run_all() {
    local step=$1 names=$2 missing=$1-missing.txt
    shift 2
    [[ -s $names ]] || return 0
    run "$step" "$java" "${jvm[@]}" -jar "$jar" "$@" -v "${options[@]}" -t "$(regex "$names")"
    comm -23 "$names" "$step/done.txt" >"$missing"
    [[ -s $missing ]] || return 0
    echo "jcstress: $step: more actors than this machine has CPUs: $(wc -l <"$missing"); trying again with $cpus pretended CPUs"
    find_unshare || return 0
    run "$step-pretended" $unshare bash -c "$bind"' && exec "$@"' bash \
        "$java" "${jvm[@]}" -XX:ActiveProcessorCount="$cpus" -jar "$jar" "$@" -v "${options[@]}" \
        -af NONE -spinStyle THREAD_YIELD -t "$(regex "$missing")"
}

# One line per test: samples, and whether outcomes that are "interesting" were seen.
summarize() {
    cat */run.log | awk '
        /^RUN RESULTS:/ { on = 1 }
        /^Java Concurrency Stress Tests/ { on = 0 }
        !on { next }
        /^\.* *\[[A-Z]*\] [^ ]*$/ { name = $NF; if (status[name] == "" || status[name] == "[OK]") status[name] = $(NF - 1) }
        name != "" && match($0, / [0-9,]+ +<?[0-9.]+% +(Acceptable|Interesting|Forbidden)/) {
            n = split(substr($0, RSTART, RLENGTH), f, " ")
            gsub(",", "", f[1])
            samples[name] += f[1]
            if (f[n] == "Interesting") shown[name] += f[1]
        }
        END {
            for (t in status) printf "  %-9s %14d samples  %-24s %s\n", status[t], samples[t],
                t ~ /Weakened$/ ? "defect shown: " shown[t] + 0 : "", t
        }' | sort -k1,1r -k4 | awk '{ print }'
}

# The twins without an "interesting" outcome.
silent() {
    summarize | sed -n 's/.*defect shown: 0  *//p' | sort -u
}

touch done.txt
run_all tests tests.txt "${mode_args[@]}"
run_all twins twins.txt "${twin_args[@]}"
silent >silent.txt
if [[ -s silent.txt && $mode != sanity ]]; then
    echo "jcstress: twins that showed nothing: $(wc -l <silent.txt); trying again, for longer"
    run_all twins-again silent.txt "${again_args[@]}"
    silent >silent.txt
fi
summarize | tee summary.txt

sort -u done.txt | comm -23 expected.txt - >missing.txt
if [[ -s missing.txt ]]; then
    fail "no result (JCSTRESS_CPUS=N pretends more CPUs, see the logs in $out) for:"
    sed 's/^/  /' missing.txt >&2
fi
if [[ -s silent.txt && $mode != sanity ]]; then
    fail "a twin has a defect that its test must be able to see; no sign of it in:"
    sed 's/^/  /' silent.txt >&2
fi
if ((failed)); then
    sed -n '/^  Failed tests:/,/^  All remaining tests:/ p' */run.log | grep -v -E 'No matches|All remaining|^$' | head -n 100 >&2
    exit 1
fi
echo "jcstress: all tests ran and passed: $(wc -l <tests.txt), twins that showed their defect: $(comm -23 twins.txt silent.txt | wc -l) of $(wc -l <twins.txt)"
