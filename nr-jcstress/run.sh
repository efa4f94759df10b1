#!/usr/bin/env bash
# Runs the jcstress tests and fails unless every test in the jar ran and passed.
#
#   nr-jcstress/run.sh [sanity|short|quick|default|tough] [-t REGEX] [more jcstress options]
#
# jcstress by itself exits with 0 when a test could not be scheduled, so this script
#   1. runs all tests on the machine as it is;
#   2. runs those that got no result, for want of CPUs, again in a private mount namespace
#      which shows the JVM more CPUs than there are (threads then share CPUs: slower, no affinity);
#   3. compares the tests in the jar with the tests that have results, and planned with passed results.
#
# JAVA_HOME      the JDK to test (default: java on the PATH)
# JCSTRESS_CPUS  CPUs to pretend in step 2 (default: 4)
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
        # Kept apart: the second step has a selection of its own, and jcstress takes one only.
        -t)
            (($# > 1)) || die "-t needs a regular expression"
            selection=$2
            shift
            ;;
        *) options+=("$1") ;;
    esac
    shift
done
case $mode in
    # Samples in the 100 000s per test, for continuous integration: one compilation mode for all actors, short forks.
    short) mode_args=(-m quick -sc false -f 1 -fsm 1 -iters 2 -time 100) ;;
    sanity | quick | default | tough) mode_args=(-m "$mode") ;;
    *) die "mode must be sanity, short, quick, default or tough: $mode" ;;
esac
[[ -f $jar ]] || die "no $jar; build it first: ./mvnw -pl nr-jcstress -am package -DskipTests"

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
jdk=$("$java" -XshowSettings:properties -version 2>&1 | sed -n 's/ *java.specification.version = //p')
[[ -n $jdk ]] || die "cannot run $java"
jvm=()
if ((jdk >= 24)); then
    jvm+=(--enable-native-access=ALL-UNNAMED) # jcstress pins threads through JNA
fi

out=$here/target/run-$mode-jdk$jdk
rm -rf "$out"
mkdir -p "$out"
cd "$out"

# The tests in the jar, or those that -t selects: lines that are nothing but a qualified name.
"$java" "${jvm[@]}" -jar "$jar" -l -t "$selection" >list.log 2>&1 || die "cannot list the tests, see $out/list.log"
grep -E '^[A-Za-z_$][A-Za-z0-9_$]*(\.[A-Za-z_$][A-Za-z0-9_$]*)+$' list.log | sort -u >expected.txt || true
[[ -s expected.txt ]] || die "no test to run, see $out/list.log"
echo "jcstress: JDK $jdk, mode $mode, tests: $(wc -l <expected.txt), CPUs: $(nproc); results in $out"

failed=0
fail() {
    echo "jcstress: FAILED: $*" >&2
    failed=1
}

# run STEP COMMAND...: runs jcstress in the directory STEP, shows its counters as it goes, checks the last of them.
run() {
    local step=$1 status counters
    shift
    mkdir -p "$step"
    status=0
    (cd "$step" && "$@" >run.log 2>&1) &
    local pid=$!
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
    sed -n '/^RUN RESULTS:/,$ s/^\.* *\[[A-Z]*\] \([^ ]*\)$/\1/p' "$step/run.log" | sort -u >>done.txt
}

missing() {
    sort -u done.txt | comm -23 expected.txt -
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

touch done.txt
run real "$java" "${jvm[@]}" -jar "$jar" "${mode_args[@]}" -v "${options[@]}" -t "$selection"

if [[ -n $(missing) ]]; then
    cpus=${JCSTRESS_CPUS:-4}
    echo "jcstress: tests with more actors than this machine has CPUs: $(missing | wc -l); trying again with $cpus pretended CPUs"
    pretend_topology "$cpus"
    bind="mount --bind '$out/sys/cpu' /sys/devices/system/cpu && mount --bind '$out/sys/node' /sys/devices/system/node"
    unshare=
    for candidate in 'unshare -m' 'unshare -Urm'; do
        if $candidate bash -c "$bind" 2>>unshare.log; then
            unshare=$candidate
            break
        fi
    done
    if [[ -z $unshare ]]; then
        fail "cannot pretend more CPUs: no permission for a private mount namespace (unshare -m), see $out/unshare.log"
    else
        regex="^($(missing | sed 's/[.$]/\\&/g' | paste -sd '|'))\$"
        run pretended $unshare bash -c "$bind"' && exec "$@"' bash \
            "$java" "${jvm[@]}" -XX:ActiveProcessorCount="$cpus" -jar "$jar" "${mode_args[@]}" -v "${options[@]}" \
            -af NONE -spinStyle THREAD_YIELD -t "$regex"
    fi
fi

# One line per test: samples, and whether outcomes that are "interesting" were seen (a weakened twin should show its bug).
cat */run.log | awk '
    /^RUN RESULTS:/ { on = 1 }
    /^Java Concurrency Stress Tests/ { on = 0 }
    !on { next }
    /^\.* *\[[A-Z]*\] [^ ]*$/ { name = $NF; status = $(NF - 1); samples = 0; declared = seen = 0 }
    name != "" && match($0, / [0-9,]+ +<?[0-9.]+% +(Acceptable|Interesting|Forbidden)/) {
        n = split(substr($0, RSTART, RLENGTH), f, " ")
        gsub(",", "", f[1])
        samples += f[1]
        if (f[n] == "Interesting") { declared++; if (f[1] > 0) seen++ }
        line[name] = sprintf("  %-8s %14d samples  %-24s %s", status, samples,
            declared ? "interesting: " seen " of " declared " seen" : "", name)
    }
    END { for (t in line) print line[t] }' | sort -k5 | tee summary.txt

if [[ -n $(missing) ]]; then
    fail "no result (JCSTRESS_CPUS=N pretends more CPUs, see the logs in $out) for:"
    missing | sed 's/^/  /' >&2
fi
if ((failed)); then
    sed -n '/^  Failed tests:/,/^  All remaining tests:/ p' */run.log | grep -v -E 'No matches|All remaining|^$' | head -n 100 >&2
    exit 1
fi
echo "jcstress: all tests ran and passed: $(wc -l <expected.txt)"
