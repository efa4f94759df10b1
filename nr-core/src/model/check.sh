#!/usr/bin/env bash
# Checks the model of several logs (logs.pml) in many small configurations, each in every interleaving.
# Fails if one does not behave as expected.
set -euo pipefail

usage() {
    cat <<'USAGE'
Usage: nr-core/src/model/check.sh [--show] [NAME...]
       nr-core/src/model/check.sh --list | --help

Explores all interleavings of the configurations with these names (default: all but the large ones).
Prints for each: the expected result, the result, the number of states, and the seconds it took.
Exit code 0 if all are as expected, 1 if one is not, 2 if the command is wrong or something is missing.

  --show   also print the counterexample of each configuration that has one: what each thread did, and the variables at
           the end. Operations are numbered as in OPS, from 0. A set of operations is a sum of powers of two.
  --list   print names, expected results and definitions of all configurations
  --help   print this

What is expected:
  holds             every run is linearizable and ends without a deadlock, and no assertion fails
  ends              no run goes round in circles: together with the absence of deadlocks, every run ends
  not-linearizable  there is a run whose answers no order of the operations explains
  deadlock          there is a run that comes to a stop
  differs           there is a run in which two replicas answer the same write differently
  overwritten       there is a run in which a replica comes to an entry that has been overwritten
  unmet             there is a run in which a crossing is answered, or applied, before all of its logs have come to it
  torn              there is a run in which a frozen replica has applied other writes than its logs say

Needs spin and gcc. The large ones, large-..., take some two minutes and up to 0.8 GB each.
Writes below nr-core/target/model/. MODEL_MEGABYTES (default 6000) bounds the memory of one configuration.
USAGE
}

die() {
    echo "model: $*" >&2
    exit 2
}

# name | expected | definitions
# Defaults: two replicas, two logs, one entry a log, one attempt of a read of several logs.
configurations() {
    cat <<'LIST'
one-log                  | holds            | LOGS=1 THREADS=3 PER_THREAD=2 HOME={0,0,1} OPS={W0,NONE,W0,R0,R0,NONE}
upstream-answers         | not-linearizable | UPSTREAM_ANSWERS LOGS=1 THREADS=3 PER_THREAD=1 HOME={0,0,1} OPS={W0,W0,R0}
answers                  | holds            | LOGS=1 THREADS=3 PER_THREAD=1 HOME={0,0,1} OPS={W0,W0,R0}
upstream-reads           | not-linearizable | UPSTREAM_READS LOGS=1 THREADS=3 PER_THREAD=1 HOME={0,0,1} OPS={W0,R0,R0}
reads                    | holds            | LOGS=1 THREADS=3 PER_THREAD=1 HOME={0,0,1} OPS={W0,R0,R0}
read-stale               | not-linearizable | READ_STALE LOGS=1 THREADS=2 PER_THREAD=1 HOME={0,1} OPS={W0,R0}
help-nobody              | deadlock         | HELP_NOBODY LOGS=1 THREADS=1 PER_THREAD=2 HOME={0} OPS={W0,W0}
room-by-own              | overwritten      | ROOM_BY_OWN LOGS=1 THREADS=2 PER_THREAD=2 HOME={0,1} OPS={W0,W0,R0,NONE}
cut                      | holds            | THREADS=3 PER_THREAD=2 HOME={0,1,1} OPS={W0,W1,R01,NONE,W1,NONE}
cut-unchecked            | not-linearizable | CUT_UNCHECKED THREADS=3 PER_THREAD=2 HOME={0,1,1} OPS={W0,W1,R01,NONE,W1,NONE}
cut-from-outside         | not-linearizable | CUT_FROM_OUTSIDE THREADS=3 PER_THREAD=2 HOME={0,1,1} OPS={W0,W1,R01,NONE,W1,NONE}
wait-inside              | deadlock         | WAIT_INSIDE THREADS=3 PER_THREAD=1 HOME={0,0,0} OPS={W01,R01,W1}
crossings                | holds            | THREADS=3 PER_THREAD=1 HOME={0,0,1} OPS={W01,W01,W01}
crossings-end            | ends             | THREADS=3 PER_THREAD=1 HOME={0,0,1} OPS={W01,W01,W01}
reads-end                | ends             | THREADS=2 PER_THREAD=2 HOME={0,1} OPS={W01,R01,W0,W1}
crossings-3-logs         | holds            | LOGS=3 THREADS=3 PER_THREAD=1 HOME={0,1,1} OPS={W01,W12,W02}
crossings-and-reads      | holds            | CAPACITY=2 THREADS=2 PER_THREAD=2 HOME={0,1} OPS={W01,R01,W0,W1}
pass-unmet               | unmet            | PASS_UNMET THREADS=1 PER_THREAD=1 HOME={0} OPS={W01}
publish-at-will          | deadlock         | PUBLISH_AT_WILL CAPACITY=2 THREADS=2 PER_THREAD=1 HOME={0,1} OPS={W01,W01}
help-not-at-crossing     | deadlock         | HELP_NOT_AT_CROSSING THREADS=1 PER_THREAD=1 HOME={0} OPS={W01}
help-past-crossing       | deadlock         | HELP_PAST_CROSSING CAPACITY=2 THREADS=2 PER_THREAD=1 HOME={0,1} OPS={W01,W01}
help-past-own            | deadlock         | HELP_PAST_OWN THREADS=3 PER_THREAD=1 HOME={0,0,1} OPS={W01,W0,W1}
three-replicas           | holds            | REPLICAS=3 THREADS=3 PER_THREAD=1 HOME={0,1,2} OPS={W01,W0,R01}
anything-one-thread      | holds            | THREADS=3 PER_THREAD=1 HOME={0,1,1} OPS={ANY,W01,R01}
anything-two-threads     | holds            | THREADS=2 PER_THREAD=2 HOME={0,1} OPS={ANY,R01,ANY,W0}
read-crossing            | holds            | ATTEMPTS=0 CAPACITY=2 THREADS=2 PER_THREAD=2 HOME={0,1} OPS={R01,NONE,W0,W1}
pass-reads               | not-linearizable | PASS_READS ATTEMPTS=0 CAPACITY=2 THREADS=2 PER_THREAD=2 HOME={0,1} OPS={R01,NONE,W0,W1}
readers-before-completed | not-linearizable | READERS_BEFORE_COMPLETED THREADS=3 PER_THREAD=1 HOME={0,1,0} OPS={W0,R01,R0}
crossing-not-completed   | not-linearizable | CROSSING_NOT_COMPLETED CAPACITY=2 THREADS=3 PER_THREAD=1 HOME={1,1,0} OPS={W01,W1,R1}
crossing-completed       | holds            | CAPACITY=2 THREADS=3 PER_THREAD=1 HOME={1,1,0} OPS={W01,W1,R1}
crossing-behind-reads    | holds            | CAPACITY=2 THREADS=4 PER_THREAD=1 HOME={0,1,1,0} OPS={W01,W0,W1,R1}
follower                 | holds            | LOGS=1 THREADS=3 PER_THREAD=1 HOME={0,0,1} OPS={W0,F0,R0}
follower-not-completed   | not-linearizable | FOLLOWER_NOT_COMPLETED LOGS=1 THREADS=3 PER_THREAD=1 HOME={0,0,1} OPS={W0,F0,R0}
freeze                   | holds            | THREADS=3 PER_THREAD=1 HOME={0,0,1} OPS={FREEZE,W01,W1}
freeze-among-writes      | holds            | THREADS=3 PER_THREAD=2 HOME={0,0,1} OPS={FREEZE,NONE,W01,W1,W0,NONE}
freeze-unlocked          | torn             | FREEZE_UNLOCKED THREADS=2 PER_THREAD=1 HOME={0,0} OPS={FREEZE,W0}
freeze-at-will           | deadlock         | FREEZE_AT_WILL THREADS=3 PER_THREAD=1 HOME={0,0,1} OPS={FREEZE,W01,W1}
freeze-at-once           | deadlock         | FREEZE_AT_ONCE THREADS=3 PER_THREAD=1 HOME={0,0,1} OPS={FREEZE,W01,W1}
large-two-threads        | holds            | THREADS=2 PER_THREAD=2 HOME={0,1} OPS={ANY,ANY,ANY,ANY}
large-three-threads      | holds            | THREADS=3 PER_THREAD=1 HOME={0,0,1} OPS={ANY,ANY,ANY}
LIST
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$here/../../target/model
megabytes=${MODEL_MEGABYTES:-6000}
show=
names=()
while (($# > 0)); do
    case $1 in
        --help) usage && exit 0 ;;
        --list) configurations && exit 0 ;;
        --show) show=1 ;;
        -*) die "no such option: $1; see --help" ;;
        *)
            configurations | grep -q "^$1 " || die "no configuration of this name: $1; see --list"
            names+=("$1")
            ;;
    esac
    shift
done
for tool in spin gcc; do
    command -v "$tool" >/dev/null || die "$tool must be installed, with Debian: apt-get install spin gcc"
done

# Writes the model of a configuration: its definitions, then logs.pml.
write_model() { # DEFINITION...
    local definition
    for definition in LOGS=2 REPLICAS=2 CAPACITY=1 ATTEMPTS=1 "$@"; do
        [[ $definition == *=* ]] && printf '#undef %s\n' "${definition%%=*}"
        [[ $definition == *=* ]] && printf '#define %s %s\n' "${definition%%=*}" "${definition#*=}" || printf '#define %s\n' "$definition"
    done
    printf '#include "%s"\n' "$here/logs.pml"
}

# Prints what a run of the checker has found, by its output.
verdict() { # EXPECTED OUTPUT
    local error
    error=$(grep -m1 '^pan:1:' "$2" || true)
    case $error in
        *'max search depth'* | *memory*) echo incomplete ;;
        *'non-progress cycle'*) echo circles ;;
        *'invalid end state'*) echo deadlock ;;
        *'(among==0)'*) echo not-linearizable ;;
        *'(seen['*) echo differs ;;
        *'(tail['*) echo overwritten ;;
        *before*) echo torn ;;
        *done[* | *lock[*) echo unmet ;;
        '') if ! grep -q 'errors: 0' "$2" || grep -Eq 'too small|memory limit|out of memory|not completed' "$2"; then
            echo incomplete
        elif [[ $1 == ends ]]; then
            echo ends
        else
            echo holds
        fi ;;
        *) echo "$error" ;;
    esac
}

# Builds the checker and runs it, in the present directory. Compiling takes most of the time, so nothing is optimized.
search() { # EXPECTED
    local compile=(-DSAFETY) run=()
    [[ $1 != ends ]] || compile=(-DNP) run=(-l)
    spin -a model.pml >spin.out
    gcc -O0 -w "${compile[@]}" -DCOLLAPSE -DNOFAIR -DVECTORSZ=1024 -DMEMLIM="$megabytes" -o pan pan.c
    ./pan -m100000 -w22 "${run[@]}" >pan.out 2>&1 || true
}

check() { # NAME EXPECTED DEFINITION...
    local name=$1 expected=$2 start=${EPOCHREALTIME/./} found states
    shift 2
    rm -rf "${out:?}/$name"
    mkdir -p "$out/$name"
    cd "$out/$name"
    write_model "$@" >model.pml
    search "$expected"
    found=$(verdict "$expected" pan.out)
    states=$(sed -n 's/^ *\([0-9]*\) states, stored.*/\1/p' pan.out)
    printf '%-24s  %-16s  %-16s  %9s  %6.1f\n' "$name" "$expected" "$found" "${states:-?}" "$((${EPOCHREALTIME/./} - start))e-6"
    [[ -z $show || ! -f model.pml.trail ]] || spin -t model.pml
    [[ $found == "$expected" ]] || failed+=("$name")
}

failed=()
count=0
printf '%-24s  %-16s  %-16s  %9s  %6s\n' configuration expected found states s
while IFS='|' read -r name expected definitions; do
    name=${name// /}
    if [[ " ${names[*]} " == *" $name "* ]] || { ((${#names[@]} == 0)) && [[ $name != large-* ]]; }; then
        read -ra definitions <<<"$definitions"
        check "$name" "${expected// /}" "${definitions[@]}"
        count=$((count + 1))
    fi
done < <(configurations)
if ((${#failed[@]} > 0)); then
    echo "model: ${#failed[@]} of $count configurations are not as expected: ${failed[*]}; see $out" >&2
    exit 1
fi
echo "model: all $count configurations are as expected, in $SECONDS s"
