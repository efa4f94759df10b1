#!/usr/bin/env bash
# Runs every benchmark for a moment and fails if one fails: shows that they work, measures nothing.
# Needs nr-bench/target/benchmarks.jar (./mvnw package -DskipTests -pl nr-bench -am).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -jar "$here/target/benchmarks.jar" \
    -foe true -f 0 -t 2 -wi 0 -i 1 -r 50ms -p entries=100 -p writes=50 -p lines=8 -p batch=8 -v SILENT -rf text -rff "$here/target/smoke.txt"
