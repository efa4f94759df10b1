# To be sourced. Provides programs from Debian's packages, which it unpacks under $home and does not install.
# Each package is fetched once.

home=${NUMA_HOME:-$HOME/.cache/nr4j-numa}

fail() { echo "$*" >&2; exit 125; }

# unpack NAME PACKAGE...: unpacks the packages, and their dependencies that this system lacks, under $home/NAME.
unpack() {
    local name=$1 package debs=$home/$1.debs
    shift
    [ ! -d "$home/$name" ] || return 0
    mkdir -p "$debs/partial"
    download "$debs" "$@" || { apt-get update -qq && download "$debs" "$@"; } \
        || fail "apt-get must be able to fetch Debian's packages: packages=$*; run it on Debian, as root, with network"
    rm -rf "$home/$name.new"
    for package in "$debs"/*.deb; do dpkg -x "$package" "$home/$name.new"; done
    mv "$home/$name.new" "$home/$name" # at once, so that an incomplete directory never has this name
    rm -rf "$debs"
}

download() { # DIRECTORY PACKAGE...
    apt-get install --no-install-recommends --reinstall -y -qq --download-only -o Dir::Cache::archives="$1" "${@:2}" >/dev/null
}

# Sets `qemu`, the command and its first arguments, for a program of qemu: from PATH, else unpacked under NAME.
find_qemu() { # PROGRAM NAME PACKAGE...
    local unpacked=$home/$2
    if command -v "$1" >/dev/null; then qemu=("$1"); return; fi
    unpack "${@:2}"
    qemu=(env "LD_LIBRARY_PATH=$unpacked/usr/lib/x86_64-linux-gnu:$unpacked/lib/x86_64-linux-gnu" "$unpacked/usr/bin/$1")
}
